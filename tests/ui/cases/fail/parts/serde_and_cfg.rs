// Keys of serde and `cfg` have no effect on a part either.

use telemetry_runtime::TelemetryFields;

use serde::Serialize;

#[derive(TelemetryFields, Serialize)]
#[serde(default)]
struct Common {
    #[serde(skip)]
    exit_code: i64,
    #[cfg(unix)]
    signal: i64,
}

fn main() {}
