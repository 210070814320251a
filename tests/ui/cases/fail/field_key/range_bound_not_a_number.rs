// A bound must be a number.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(range(min = "low", max = HIGH))]
    exit_code: i64,
}

fn main() {}
