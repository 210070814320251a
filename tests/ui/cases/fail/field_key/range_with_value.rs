// A range needs parentheses.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(range = 5)]
    exit_code: i64,
}

fn main() {}
