// A `limit` accepts at least one event and at most a million.
use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", limit = "0/min")]
struct Run {
    count: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "walk", schema = "1.0", limit = "2000000/h")]
struct Walk {
    count: i64,
}

fn main() {}
