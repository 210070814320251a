// An event needs a schema version.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run")]
struct Run {
    exit_code: i64,
}

fn main() {}
