// An invalid event causes no second error in a registry.

use telemetry_runtime::{TelemetryEvent, telemetry_registry};

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "v1")]
struct Run {
    /// A code.
    exit_code: i64,
}

telemetry_registry! {
    static REGISTRY = {
        client_name = "Example",
        client_id = "0",
        version = "1.0",
        description = "Events of an example.",
        events = [Run],
    }
}

fn main() {
    let _ = REGISTRY.json_schema();
}
