// An alias makes no difference for the comparison of types.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0", registry = "schemas/events.json")]
struct Run {
    /// Time.
    duration_ms: Millis,
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

type Millis = f64;

fn main() {}
