// A registry document must exist.

use telemetry_runtime::TelemetryEvent;

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0", registry = "schemas/evnts.json")]
struct Run {
    /// Time.
    duration_ms: i64,
}

fn main() {}
