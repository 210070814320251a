// An enum in a registry needs a doc comment.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent, telemetry_registry};

#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind {
    A,
    #[event(fallback)]
    Undefined,
}

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    /// A code.
    kind: Kind,
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
