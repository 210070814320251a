// The published enum must contain the sentinel of the field.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

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
    rails_engine: RailsEngine,
    /// The providers.
    #[event(free_text = "names of the program")]
    llm_providers: Vec<String>,
    /// Reason.
    event: EventType,
}

/// The engine.
#[derive(TelemetryEnum)]
#[event(name = "RailsEngineEnum", rename_all = "verbatim")]
enum RailsEngine {
    #[event(rename = "undefined", fallback)]
    Undefined,
}

/// Reason.
#[derive(TelemetryEnum)]
#[event(name = "EventTypeEnum", rename_all = "lowercase")]
enum EventType {
    Startup,
    Heartbeat,
    #[event(fallback)]
    Undefined,
}

fn main() {}
