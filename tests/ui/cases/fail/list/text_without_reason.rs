// A list of text needs a reason, with `max_items` too.

use telemetry_runtime::{TelemetryEvent};

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(max_items = 20)]
    names: Vec<String>,
}

fn main() {}
