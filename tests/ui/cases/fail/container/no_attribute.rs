// An event needs the attribute.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
struct Run {
    exit_code: i64,
}

fn main() {}
