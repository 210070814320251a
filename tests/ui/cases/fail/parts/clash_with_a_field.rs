// A field and a field of a part must not have the same wire name: one error at each.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

/// Fields of every event.
#[derive(TelemetryFields)]
struct Common {
    exit_code: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    exit_code: i64,
    #[event(flatten)]
    common: Common,
}

fn main() {}
