// `owner` must not be empty.
use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", owner = " ")]
struct Run {
    count: i64,
}

fn main() {}
