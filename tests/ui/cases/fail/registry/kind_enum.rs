// The registry declares an enum; the field is text.

use telemetry_runtime::TelemetryEvent;

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0", registry = "schemas/events.json")]
struct Run {
    /// Time.
    duration_ms: i64,
    /// Outcome of the run.
    outcome: telemetry_runtime::Label,
}

fn main() {}
