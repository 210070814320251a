// An event must not be newer than the document.

use telemetry_runtime::{TelemetryEvent, telemetry_registry};

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.10")]
struct Run {
    /// A code.
    exit_code: i64,
}

telemetry_registry! {
    static REGISTRY = {
        client_name = "Example",
        client_id = "0",
        version = "1.9",
        description = "Events of an example.",
        events = [Run],
    }
}

fn main() {}
