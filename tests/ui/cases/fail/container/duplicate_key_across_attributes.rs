// A key must not occur twice in all attributes of an item.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
#[event(schema = "1.1")]
struct Run {
    exit_code: i64,
}

fn main() {}
