// A key must not occur twice on a field.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(required, required)]
    exit_code: i64,
}

fn main() {}
