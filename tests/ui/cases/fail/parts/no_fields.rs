// A part must have a field.

use telemetry_runtime::TelemetryFields;

#[derive(TelemetryFields)]
struct Common {}

fn main() {}
