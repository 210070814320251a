// A range needs at least one bound.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(range())]
    exit_code: i64,
}

fn main() {}
