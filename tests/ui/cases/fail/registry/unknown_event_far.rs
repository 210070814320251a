// An event that is missing from the registry, with the list of events.

use telemetry_runtime::TelemetryEvent;

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "heartbeat", schema = "1.0", registry = "schemas/events.json")]
struct Run {
    /// Time.
    duration_ms: i64,
}

fn main() {}
