// An enum name must have one set of values.

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
    A,
    B,
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

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "stop", schema = "1.0")]
struct Stop {
    /// A code.
    other: OtherKind,
}

telemetry_registry! {
    static REGISTRY = {
        client_name = "Example",
        client_id = "0",
        version = "1.0",
        description = "Events of an example.",
        events = [Run, Stop],
    }
}

fn main() {}
