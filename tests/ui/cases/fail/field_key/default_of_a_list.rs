// An empty list is not a valid default of a number.
use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(default = [])]
    count: i64,
}

fn main() {}
