// Drift: a field that exists since 1.9 in an event whose published schema has none.

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
