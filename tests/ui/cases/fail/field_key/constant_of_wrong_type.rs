// A constant must have the type of its field.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(constant = "x")]
    exit_code: i64,
}

fn main() {}
