// A wire name must not be empty.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(rename = "")]
    exit_code: i64,
}

fn main() {}
