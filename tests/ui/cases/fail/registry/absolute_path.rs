// A registry path must be relative.

use telemetry_runtime::TelemetryEvent;

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0", registry = "/schemas/events.json")]
struct Run {
    /// Time.
    duration_ms: i64,
}

fn main() {}
