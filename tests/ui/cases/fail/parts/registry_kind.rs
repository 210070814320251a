// A field of a part must have the type in the document.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

type Seconds = i64;

/// Times.
#[derive(TelemetryFields)]
struct Times {
    /// Time.
    duration_ms: f64,
}

/// Times.
#[derive(TelemetryFields)]
struct More {
    /// Outcome.
    outcome: Seconds,
}

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0", registry = "schemas/events.json")]
struct Run {
    #[event(flatten)]
    times: Times,
    #[event(flatten)]
    more: More,
}

fn main() {}
