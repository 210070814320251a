// A key must not occur twice in an attribute.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", name = "walk", schema = "1.0")]
struct Run {
    exit_code: i64,
}

fn main() {}
