// A field of a part must not have a wire name of the envelope.

use telemetry_runtime::TelemetryFields;

#[derive(TelemetryFields)]
struct Common {
    client_id: i64,
}

fn main() {}
