// `retired` of a field needs the version; `retired` of a variant does not.
use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(retired)]
    count: i64,
}

fn main() {}
