// The unit decides what a duration is on the wire.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0", registry = "schemas/events.json")]
struct Run {
    /// Time.
    #[event(unit = "s", rename = "durationMs")]
    duration: Duration,
    /// How it ended.
    outcome: Outcome,
}

/// How it ended.
#[derive(TelemetryEnum)]
#[event(name = "OutcomeEnum", rename_all = "lowercase")]
enum Outcome {
    Success,
    Failure,
    #[event(fallback)]
    Undefined,
}

use std::time::Duration;

fn main() {}
