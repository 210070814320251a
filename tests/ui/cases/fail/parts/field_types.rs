// The fields of a part have the errors of fields of an event.

use telemetry_runtime::TelemetryFields;

use std::path::PathBuf;

#[derive(TelemetryFields)]
struct Common {
    code: Option<i64>,
    #[event(required)]
    path: PathBuf,
    name: String,
    size: u32,
}

fn main() {}
