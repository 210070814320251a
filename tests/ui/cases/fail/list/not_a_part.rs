// A struct in a list must derive `TelemetryFields`.

use telemetry_runtime::{TelemetryEvent};

struct Settings;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(max_items = 20)]
    settings: Vec<Settings>,
    others: Vec<Settings>,
}

fn main() {}
