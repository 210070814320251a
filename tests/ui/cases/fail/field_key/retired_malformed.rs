// `retired` is a version of the schema.
use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.9")]
struct Run {
    #[event(retired = "v1.8")]
    count: i64,
}

fn main() {}
