// A constant field cannot be required.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(constant = 1, required)]
    exit_code: i64,
}

fn main() {}
