// The error for an invalid JSON file has the line and column of the mistake.

use telemetry_runtime::TelemetryEvent;

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0", registry = "schemas/bad.json")]
struct Run {
    /// Time.
    duration_ms: i64,
}

fn main() {}
