// A default must not be null.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(default = None)]
    exit_code: i64,
}

fn main() {}
