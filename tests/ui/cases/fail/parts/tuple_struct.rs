// A part must have named fields.

use telemetry_runtime::TelemetryFields;

#[derive(TelemetryFields)]
struct Common(i64);

fn main() {}
