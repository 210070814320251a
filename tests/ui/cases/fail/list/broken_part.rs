// A mistake in a part causes no errors about the lists of the part.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

#[derive(TelemetryFields)]
struct Step {
    #[event(unit = "mss")]
    kind: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(max_items = 20)]
    steps: Vec<Step>,
}

fn main() {}
