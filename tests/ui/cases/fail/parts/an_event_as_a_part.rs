// An event is not a part.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "common", schema = "1.0")]
struct Common {
    exit_code: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(flatten, prefix = "first")]
    common: Common,
}

fn main() {}
