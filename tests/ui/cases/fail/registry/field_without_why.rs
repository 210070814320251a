// A document can require `why` of every field from a version on.

use telemetry_runtime::TelemetryEvent;

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.11", registry = "schemas/questions.json")]
struct Run {
    /// A field that has always existed.
    exit_code: i64,
    /// A field from before the rule.
    #[event(since = "1.9")]
    duration_ms: i64,
    /// A field with a question.
    #[event(since = "1.10", why = "How many plugins do runs load?")]
    plugins: i64,
    /// A field as new as the rule.
    #[event(since = "1.10")]
    retries: i64,
}

fn main() {}
