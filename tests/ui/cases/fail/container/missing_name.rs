// An event needs a name.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(schema = "1.0")]
struct Run {
    exit_code: i64,
}

fn main() {}
