// A list must be able to have an item.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

#[derive(TelemetryFields)]
struct Step {
    kind: bool,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(max_items = 0)]
    steps: Vec<Step>,
}

fn main() {}
