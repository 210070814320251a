// The error for a key of a group names its valid place.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", purpose = "to count")]
struct Run {
    exit_code: i64,
}

fn main() {}
