// Only numbers can have a range.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(range(min = 0, max = 1), required)]
    exit_code: bool,
}

fn main() {}
