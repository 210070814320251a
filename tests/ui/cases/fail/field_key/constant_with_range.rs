// A constant needs no bounds.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(constant = 1, range(min = 0))]
    exit_code: i64,
}

fn main() {}
