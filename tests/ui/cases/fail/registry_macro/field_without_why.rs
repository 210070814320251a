// A registry can require `why` of every field from a version on.

use telemetry_runtime::{TelemetryEvent, telemetry_registry};

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.11")]
struct Run {
    /// A field that has always existed.
    exit_code: i64,
    /// A field from before the rule.
    #[event(since = "1.9")]
    duration_ms: i64,
    /// A field with a question.
    #[event(since = "1.10", why = "How many plugins do runs load?")]
    plugins: i64,
    /// A field that lacks one.
    #[event(since = "1.10")]
    retries: i64,
    /// A later field that lacks one.
    #[event(since = "1.11", constant = 1)]
    attempts: i64,
}

telemetry_registry! {
    static REGISTRY = {
        client_name = "Example",
        client_id = "0",
        version = "1.11",
        description = "Events of an example.",
        require_why_since = "1.10",
        events = [Run],
    }
}

fn main() {}
