// The registry enum must contain all values of the enum.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

/// A run.
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
    Failed,
    #[event(fallback)]
    Undefined,
}

fn main() {}
