// A default that the registry enum does not have.

use telemetry_runtime::TelemetryEvent;

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0", registry = "schemas/events.json")]
struct Run {
    /// Time.
    duration_ms: i64,
    /// How it ended.
    #[event(default = "unknown")]
    outcome: telemetry_runtime::Label,
}

fn main() {}
