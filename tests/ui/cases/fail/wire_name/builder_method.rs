// A field must not have the name of a builder method.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    build: i64,
}

fn main() {}
