// The maximum number of items has a limit, because an event is one small record.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

#[derive(TelemetryFields)]
struct Step {
    kind: bool,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(max_items = 1001)]
    steps: Vec<Step>,
}

fn main() {}
