// Both required keys are missing from an empty list.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event()]
struct Run {
    exit_code: i64,
}

fn main() {}
