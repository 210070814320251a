// The derive already implements `Default` for an event without required fields.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent, Default)]
#[event(name = "run", schema = "1.0")]
struct Run {
    exit_code: i64,
}

fn main() {}
