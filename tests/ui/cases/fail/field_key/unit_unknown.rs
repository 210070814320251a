// A unit is one of a list.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(unit = "msec")]
    exit_code: i64,
}

fn main() {}
