// An unsigned integer has no sentinel.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    retries: u32,
}

fn main() {}
