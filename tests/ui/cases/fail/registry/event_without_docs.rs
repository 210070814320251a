// An event with a registry needs a doc comment.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0", registry = "schemas/events.json")]
struct Run {
    /// Time.
    duration_ms: i64,
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
