// A list cannot contain lists.

use telemetry_runtime::TelemetryEvent;

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    names: Vec<Vec<String>>,
}

fn main() {}
