// A name has at most 64 characters.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "a234567890123456789012345678901234567890123456789012345678901234x", schema = "1.0")]
struct Run {
    exit_code: i64,
}

fn main() {}
