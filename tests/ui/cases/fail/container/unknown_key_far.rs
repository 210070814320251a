// The error for an unknown key lists all keys.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", colour = "red")]
struct Run {
    exit_code: i64,
}

fn main() {}
