// A list is not a valid default of a number.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(default = [])]
    exit_code: i64,
}

fn main() {}
