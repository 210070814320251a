// A schema version must be a string.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = 1.0)]
struct Run {
    exit_code: i64,
}

fn main() {}
