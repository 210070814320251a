// A range has no effect on a constant field.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(constant = 1, range(min = 0))]
    exit_code: i64,
}

fn main() {}
