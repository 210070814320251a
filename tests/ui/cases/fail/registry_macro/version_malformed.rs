// The version of a document must be MAJOR.MINOR.

use telemetry_runtime::{TelemetryEvent, telemetry_registry};

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    /// A code.
    exit_code: i64,
}

telemetry_registry! {
    static REGISTRY = {
        client_name = "Example",
        client_id = "0",
        version = "v1",
        description = "Events of an example.",
        events = [Run],
    }
}

fn main() {}
