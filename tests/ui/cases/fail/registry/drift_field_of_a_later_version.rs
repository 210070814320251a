// A field that was added in 1.9 is not in the published schema of the event.

use telemetry_runtime::TelemetryEvent;

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "anonymizer_event", schema = "1.7", registry = "schemas/events.json")]
struct Run {
    /// The task.
    #[event(free_text = "a constant")]
    task: String,
    /// Tokens.
    input_tokens: i64,
    /// Tokens.
    output_tokens: i64,
}

fn main() {}
