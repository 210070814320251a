// The sentinel must be in the range.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(range(min = 0))]
    exit_code: i64,
}

fn main() {}
