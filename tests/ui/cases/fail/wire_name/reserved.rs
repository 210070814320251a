// A wire name must not be a key of the envelope.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    client_id: i64,
}

fn main() {}
