// Only declared labels can be allowlisted.

use telemetry_runtime::{Allowlisted, TelemetryEvent};

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(required)]
    command: Allowlisted<String>,
}

fn main() {}
