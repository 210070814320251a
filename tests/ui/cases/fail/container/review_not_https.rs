// `review` must be an https link.
use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", review = "ticket 17")]
struct Run {
    count: i64,
}

fn main() {}
