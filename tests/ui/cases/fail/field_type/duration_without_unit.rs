// A duration needs a unit.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    elapsed: std::time::Duration,
}

fn main() {}
