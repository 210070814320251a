// A field of an item cannot be newer than the event, also in a list of a part.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

#[derive(TelemetryFields)]
struct Step {
    kind: bool,
    #[event(since = "1.10")]
    cached: bool,
}

#[derive(TelemetryFields)]
struct Common {
    #[event(max_items = 20)]
    steps: Vec<Step>,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.9")]
struct Run {
    #[event(flatten, prefix = "all")]
    common: Common,
}

fn main() {}
