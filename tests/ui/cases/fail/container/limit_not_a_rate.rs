// `limit` is a number of events and a unit of time.
use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", limit = "100 per minute")]
struct Run {
    count: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "walk", schema = "1.0", limit = "5/second")]
struct Walk {
    count: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "sleep", schema = "1.0", limit = 100)]
struct Sleep {
    count: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "wait", schema = "1.0")]
struct Wait {
    #[event(limit = "100/min")]
    count: i64,
}

fn main() {}
