// A registry path must not be empty.

use telemetry_runtime::TelemetryEvent;

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0", registry = "")]
struct Run {
    /// Time.
    duration_ms: i64,
}

fn main() {}
