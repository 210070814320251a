// An invalid type in a part, or an invalid part, is one error under a registry too.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent, TelemetryFields};

/// Times.
#[derive(TelemetryFields)]
struct Times {
    /// Time.
    #[event(default = 5)]
    duration_ms: u64,
}

/// Outcome.
#[derive(TelemetryEnum)]
#[event(name = "OutcomeEnum")]
enum Outcome {
    #[event(fallback)]
    Undefined,
}

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0", registry = "schemas/events.json")]
struct Run {
    #[event(flatten)]
    times: Times,
    /// Outcome.
    outcome: Outcome,
}

struct Ended {}

/// Another run.
#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0", registry = "schemas/events.json")]
struct Next {
    /// Time.
    duration_ms: i64,
    #[event(flatten)]
    ended: Ended,
}

fn main() {}
