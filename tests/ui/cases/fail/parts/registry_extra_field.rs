// A field of a part must be in the document, also under its prefix.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

/// Time.
#[derive(TelemetryFields)]
struct Time {
    /// Time.
    ms: i64,
    /// Time to the start.
    start_ms: i64,
}

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0", registry = "schemas/events.json")]
struct Run {
    #[event(flatten, prefix = "duration")]
    time: Time,
}

fn main() {}
