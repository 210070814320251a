// The registry declares an integer; the field is text.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0", registry = "schemas/events.json")]
struct Run {
    /// Time.
    #[event(free_text = "a number")]
    duration_ms: String,
    /// Outcome of the run.
    outcome: Outcome,
}

/// Outcome of the run.
#[derive(TelemetryEnum)]
#[event(name = "OutcomeEnum", rename_all = "lowercase")]
enum Outcome {
    Success,
    Failure,
    #[event(fallback)]
    Undefined,
}

fn main() {}
