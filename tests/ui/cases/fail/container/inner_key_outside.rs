// A key of a group is told where it belongs.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", purpose = "to count")]
struct Run {
    exit_code: i64,
}

fn main() {}
