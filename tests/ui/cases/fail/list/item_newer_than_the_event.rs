// A field of an item cannot be newer than the event.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

#[derive(TelemetryFields)]
struct Step {
    kind: bool,
    #[event(since = "1.10")]
    cached: bool,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.9")]
struct Run {
    #[event(max_items = 20)]
    steps: Vec<Step>,
}

fn main() {}
