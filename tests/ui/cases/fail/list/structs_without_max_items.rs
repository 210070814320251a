// A list of structs needs a maximum number of items.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

#[derive(TelemetryFields)]
struct Step {
    kind: bool,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run<'a> {
    steps: Vec<Step>,
    #[event(required)]
    array: [Step; 2],
    #[event(required)]
    slice: &'a [Step],
}

fn main() {}
