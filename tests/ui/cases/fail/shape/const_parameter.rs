// An event cannot have const parameters.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run<const N: usize> {
    exit_code: i64,
}

fn main() {}
