// A part has one key.

use telemetry_runtime::TelemetryFields;

#[derive(TelemetryFields)]
#[event(crat = ::telemetry_runtime, required)]
struct Common {
    exit_code: i64,
}

fn main() {}
