// A field must exist in the registry event.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0", registry = "schemas/events.json")]
struct Run {
    /// Time.
    duration_ms: i64,
    /// Outcome of the run.
    outcome: Outcome,
    /// Code.
    exit_code: i64,
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
