// An empty list misses both keys.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event()]
struct Run {
    exit_code: i64,
}

fn main() {}
