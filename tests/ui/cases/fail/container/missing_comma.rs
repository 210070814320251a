// A missing comma does not hide the keys after it.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run" schema = "1")]
struct Run {
    exit_code: i64,
}

fn main() {}
