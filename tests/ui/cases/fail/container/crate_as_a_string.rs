// The path of the runtime is written as a path, not as a string.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", crate = "telemetry_runtime")]
struct Run {
    exit_code: i64,
}

fn main() {}
