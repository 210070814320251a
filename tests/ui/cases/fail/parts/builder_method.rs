// A part must not have the name of a builder method.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

#[derive(TelemetryFields)]
struct Common {
    exit_code: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(flatten)]
    build: Common,
    #[event(flatten, prefix = "last")]
    last: Common,
    maybe_last: i64,
}

fn main() {}
