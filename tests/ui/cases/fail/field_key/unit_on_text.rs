// Only numbers can have a unit.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(unit = "ms", required)]
    exit_code: String,
}

fn main() {}
