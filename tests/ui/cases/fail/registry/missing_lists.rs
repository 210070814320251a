// An error about missing lists contains the lines to add.

use telemetry_runtime::{TelemetryEvent};


/// A run.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0", registry = "schemas/lists.json")]
struct Run {
    /// Not in the registry.
    something: bool,
}

fn main() {}
