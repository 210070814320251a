// A field in a registry needs a doc comment.

use telemetry_runtime::{TelemetryEvent, telemetry_registry};

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
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

fn main() {}
