// A field with `flatten` takes only `prefix`.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

/// Fields of every event.
#[derive(TelemetryFields)]
struct Common {
    exit_code: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(flatten, required, since = "1.0")]
    common: Common,
    #[event(rename = "x", flatten, prefix = "other")]
    other: Common,
}

fn main() {}
