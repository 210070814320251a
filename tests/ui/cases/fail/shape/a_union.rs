// An event must be a struct, not a union.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
union Run {
    a: i64,
}

fn main() {}
