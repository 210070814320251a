// All differences are reported at once, in source order.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "2.0", registry = "schemas/events.json")]
struct Run {
    /// Time.
    duration: i64,
    /// Other.
    #[event(default = 5)]
    extra: i64,
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
