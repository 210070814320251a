// A field cannot be null.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    exit_code: Option<i64>,
}

fn main() {}
