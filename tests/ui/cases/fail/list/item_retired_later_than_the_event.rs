// A field of an item cannot be retired in a later version than that of the event.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

#[derive(TelemetryFields)]
struct Step {
    #[event(retired = "1.10")]
    count: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.9")]
struct Run {
    #[event(max_items = 5)]
    steps: Vec<Step>,
}

fn main() {}
