// The value of `max_items` is a number.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

#[derive(TelemetryFields)]
struct Step {
    kind: bool,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(max_items = "20")]
    steps: Vec<Step>,
    #[event(max_items)]
    others: Vec<Step>,
}

fn main() {}
