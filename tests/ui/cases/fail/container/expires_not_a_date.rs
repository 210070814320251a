// `expires` must be an existing date.
use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", expires = "2027-02-29")]
struct Run {
    count: i64,
}

fn main() {}
