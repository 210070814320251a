// A list of structs has no default.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

#[derive(TelemetryFields)]
struct Step {
    kind: bool,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(max_items = 20, default = vec![Step { kind: true }])]
    steps: Vec<Step>,
}

fn main() {}
