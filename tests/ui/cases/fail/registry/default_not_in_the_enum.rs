// A default must be a value of the registry enum.

use telemetry_runtime::TelemetryEvent;

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0", registry = "schemas/events.json")]
struct Run {
    /// Time.
    duration_ms: i64,
    /// Outcome of the run.
    #[event(default = "unknown")]
    outcome: telemetry_runtime::Label,
}

fn main() {}
