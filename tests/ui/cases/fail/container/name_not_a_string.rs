// A name must be a string.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = 5, schema = "1.0")]
struct Run {
    exit_code: i64,
}

fn main() {}
