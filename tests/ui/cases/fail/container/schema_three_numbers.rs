// A schema version must not have a third number.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.7.0")]
struct Run {
    exit_code: i64,
}

fn main() {}
