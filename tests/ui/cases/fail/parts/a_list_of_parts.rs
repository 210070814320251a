// A field with `flatten` contains one part, not a list.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

/// Fields of every event.
#[derive(TelemetryFields)]
struct Common {
    exit_code: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(flatten)]
    list: Vec<Common>,
    #[event(flatten, prefix = "second")]
    array: [Common; 2],
}

fn main() {}
