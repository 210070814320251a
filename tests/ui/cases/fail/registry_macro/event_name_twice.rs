// An event name must be unique in a registry.

use telemetry_runtime::{TelemetryEvent, telemetry_registry};

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    /// A code.
    exit_code: i64,
}

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Other {
    /// A code.
    other: bool,
}

telemetry_registry! {
    static REGISTRY = {
        client_name = "Example",
        client_id = "0",
        version = "1.0",
        description = "Events of an example.",
        events = [Run, Other],
    }
}

fn main() {}
