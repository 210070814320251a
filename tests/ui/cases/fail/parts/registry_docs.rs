// Under a registry, fields of parts must have doc comments.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

/// Times.
#[derive(TelemetryFields)]
struct Times {
    duration_ms: i64,
}

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0", registry = "schemas/events.json")]
struct Run {
    #[event(flatten)]
    times: Times,
    /// Outcome.
    #[event(required)]
    outcome: Outcome,
}

/// Outcome.
#[derive(telemetry_runtime::TelemetryEnum)]
#[event(name = "OutcomeEnum")]
enum Outcome {
    Success,
}

fn main() {}
