// A shared enum must contain all values of the enums that it replaces.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent, telemetry_registry};

/// A kind.
#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
enum Kind {
    A,
    #[event(fallback)]
    Undefined,
}

/// A kind.
#[derive(TelemetryEnum)]
#[event(name = "KindEnum")]
enum OtherKind {
    B,
    #[event(fallback)]
    Undefined,
}

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    /// A code.
    kind: OtherKind,
}

telemetry_registry! {
    static REGISTRY = {
        client_name = "Example",
        client_id = "0",
        version = "1.0",
        description = "Events of an example.",
        types = [Kind],
        events = [Run],
    }
}

fn main() {}
