// A list with `max_items` contains no numbers and no optional values.

use telemetry_runtime::{TelemetryEvent};

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(max_items = 20)]
    durations: Vec<i64>,
    #[event(max_items = 20, free_text = "a constant")]
    names: Vec<Option<String>>,
}

fn main() {}
