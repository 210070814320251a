// The error for a key of fields names its valid place.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", rename = "x")]
struct Run {
    exit_code: i64,
}

fn main() {}
