// The minimum must not be greater than the maximum.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(range(min = 5, max = 1))]
    exit_code: i64,
}

fn main() {}
