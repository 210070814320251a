// A prefix must be camelCase, and not empty.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

/// Fields of every event.
#[derive(TelemetryFields)]
struct Common {
    exit_code: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(flatten, prefix = "last_")]
    last: Common,
    #[event(flatten, prefix = "")]
    first: Common,
    #[event(flatten, prefix = 5)]
    next: Common,
}

fn main() {}
