// `retired` is a key of enum variants.
use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(retired)]
    count: i64,
}

fn main() {}
