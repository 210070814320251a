// A part cannot have type parameters.

use telemetry_runtime::TelemetryFields;

#[derive(TelemetryFields)]
struct Common<T> {
    value: T,
}

fn main() {}
