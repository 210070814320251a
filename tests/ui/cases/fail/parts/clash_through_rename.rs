// `rename` must not repeat the wire name of a field of a part.

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
    common: Common,
    #[event(rename = "exitCode")]
    code: i64,
}

fn main() {}
