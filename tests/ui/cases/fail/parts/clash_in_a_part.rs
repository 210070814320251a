// A part must not repeat the wire name of a part within it; the event has no further error.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

/// Fields of every event.
#[derive(TelemetryFields)]
struct Common {
    exit_code: i64,
}

#[derive(TelemetryFields)]
struct Process {
    #[event(flatten)]
    common: Common,
    exit_code: i64,
}

#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
struct Run {
    #[event(flatten)]
    process: Process,
}

fn main() {}
