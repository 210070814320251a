// The path of the runtime must be absolute.

use telemetry_runtime::TelemetryFields;

#[derive(TelemetryFields)]
#[event(crate = telemetry_runtime)]
struct Common {
    exit_code: i64,
}

fn main() {}
