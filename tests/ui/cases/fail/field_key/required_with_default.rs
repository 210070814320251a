// A required field cannot have a default.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(required, default = 1)]
    exit_code: i64,
}

fn main() {}
