// A field cannot be retired in a later version than that of its event. 1.10 is later than 1.9.
use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.9")]
struct Run {
    #[event(retired = "1.10")]
    count: i64,
}

fn main() {}
