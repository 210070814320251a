// Keys of events belong on the events that contain the part.

use telemetry_runtime::TelemetryFields;

#[derive(TelemetryFields)]
#[event(name = "common", schema = "1.0", owner = "team", never("paths"))]
struct Common {
    exit_code: i64,
}

fn main() {}
