// A constant field cannot have a default.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(default = 1, constant = 1)]
    exit_code: i64,
}

fn main() {}
