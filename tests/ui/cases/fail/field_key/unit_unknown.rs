// A unit must be one of the supported units.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(unit = "msec")]
    exit_code: i64,
}

fn main() {}
