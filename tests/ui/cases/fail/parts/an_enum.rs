// A part must be a struct.

use telemetry_runtime::TelemetryFields;

#[derive(TelemetryFields)]
enum Common {
    A,
}

fn main() {}
