// Each field of a struct in a list states its own reason for free text.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

#[derive(TelemetryFields)]
struct Step {
    kind: bool,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(max_items = 20, free_text = "a constant")]
    steps: Vec<Step>,
}

fn main() {}
