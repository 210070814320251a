// A flag cannot have a value.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(required = true)]
    exit_code: i64,
}

fn main() {}
