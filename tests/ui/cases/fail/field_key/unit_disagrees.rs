// A unit must agree with the wire name.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(unit = "s")]
    duration_ms: i64,
}

fn main() {}
