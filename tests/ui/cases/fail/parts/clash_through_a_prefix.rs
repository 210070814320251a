// A prefix must not create the wire name of another field.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

/// Fields of every event.
#[derive(TelemetryFields)]
struct Common {
    exit_code: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(flatten, prefix = "last")]
    last: Common,
    last_exit_code: i64,
}

fn main() {}
