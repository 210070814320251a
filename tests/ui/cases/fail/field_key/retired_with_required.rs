// A retired field contains its sentinel, so no program can be required to set it.
use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.10")]
struct Run {
    #[event(required, retired = "1.10")]
    count: i64,
}

fn main() {}
