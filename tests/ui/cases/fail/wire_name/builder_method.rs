// A field is not called like a method of the builder.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    build: i64,
}

fn main() {}
