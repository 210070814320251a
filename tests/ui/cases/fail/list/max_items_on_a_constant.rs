// `max_items` has no effect on a constant field.

use telemetry_runtime::{Label, TelemetryEvent};

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(max_items = 20, constant = vec![Label("a")])]
    names: Vec<Label>,
}

fn main() {}
