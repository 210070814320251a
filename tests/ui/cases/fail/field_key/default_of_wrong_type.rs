// A default must have the type of its field.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(default = "x")]
    exit_code: i64,
}

fn main() {}
