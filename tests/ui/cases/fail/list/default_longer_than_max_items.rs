// A default must have at most `max_items` items.

use telemetry_runtime::{Label, TelemetryEvent};

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(max_items = 1, default = vec![Label("a"), Label("b")])]
    names: Vec<Label>,
}

fn main() {}
