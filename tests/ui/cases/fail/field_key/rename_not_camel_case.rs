// A wire name must be camelCase.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(rename = "exit_code")]
    exit_code: i64,
}

fn main() {}
