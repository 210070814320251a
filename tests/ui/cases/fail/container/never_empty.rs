// A text in `never` must not be empty.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", never(""))]
struct Run {
    exit_code: i64,
}

fn main() {}
