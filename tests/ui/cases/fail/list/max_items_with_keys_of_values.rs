// Keys of single values do not apply to a list.

use telemetry_runtime::{TelemetryEvent};

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(max_items = 20, max_len = 9, free_text = "a constant")]
    names: Vec<String>,
    #[event(range(min = -1), max_items = 20, unit = "ms")]
    durations: Vec<i64>,
}

fn main() {}
