// Missing fields are one error with the lines to add.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "guardrails_usage_event", schema = "1.0", registry = "schemas/events.json")]
struct Run {
    /// The engine.
    rails_engine: RailsEngine,
}

/// The engine.
#[derive(TelemetryEnum)]
#[event(name = "RailsEngineEnum", rename_all = "verbatim")]
enum RailsEngine {
    #[event(rename = "LLMRails")]
    LlmRails,
    #[event(rename = "undefined", fallback)]
    Undefined,
}

fn main() {}
