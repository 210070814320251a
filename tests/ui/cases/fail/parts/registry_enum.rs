// The enum of a field of a part must match the document.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent, TelemetryFields};

/// Outcome.
#[derive(TelemetryEnum)]
#[event(name = "OutcomeEnum")]
enum Outcome {
    Success,
    Cancelled,
    #[event(fallback)]
    Undefined,
}

/// A result.
#[derive(TelemetryFields)]
struct Result {
    /// Outcome.
    outcome: Outcome,
}

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0", registry = "schemas/events.json")]
struct Run {
    /// Time.
    duration_ms: i64,
    #[event(flatten)]
    result: Result,
}

fn main() {}
