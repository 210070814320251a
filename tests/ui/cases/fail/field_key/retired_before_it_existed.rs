// A field is retired after the version that introduced it.
use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.10")]
struct Run {
    #[event(since = "1.9", retired = "1.8")]
    count: i64,
    #[event(since = "1.9", retired = "1.9")]
    retries: i64,
}

fn main() {}
