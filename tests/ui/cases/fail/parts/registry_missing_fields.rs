// The fields that neither the event nor its parts have are one error with the lines to add.

use telemetry_runtime::{TelemetryEvent, TelemetryFields};

/// System.
#[derive(TelemetryFields)]
struct System {
    /// Name.
    #[event(free_text = "constants")]
    os_name: String,
}

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "guardrails_usage_event", schema = "1.0", registry = "schemas/events.json")]
struct Run {
    #[event(flatten)]
    system: System,
    /// Platform.
    #[event(free_text = "constants")]
    platform: String,
}

fn main() {}
