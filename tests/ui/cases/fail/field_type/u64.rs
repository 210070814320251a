// An unsigned 64-bit integer does not fit the wire.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    bytes: u64,
}

fn main() {}
