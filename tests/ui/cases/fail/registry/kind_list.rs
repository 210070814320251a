// The registry declares a list of text; the field is one text.

use telemetry_runtime::TelemetryEvent;

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "guardrails_usage_event", schema = "1.0", registry = "schemas/events.json")]
struct Run {
    /// The system.
    #[event(free_text = "a constant")]
    os_name: String,
    /// The platform.
    #[event(free_text = "a constant")]
    platform: String,
    /// The engine.
    rails_engine: i64,
    /// The providers.
    #[event(free_text = "names of the program")]
    llm_providers: String,
    /// Reason.
    event: bool,
}

fn main() {}
