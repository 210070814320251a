// A schema version must be MAJOR.MINOR.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "v1.7")]
struct Run {
    exit_code: i64,
}

fn main() {}
