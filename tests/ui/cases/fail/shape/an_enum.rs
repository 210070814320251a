// An event must be a struct, not an enum.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
enum Run {
    A,
}

fn main() {}
