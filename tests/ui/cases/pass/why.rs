// The questions that fields answer, with a registry and a document that require them.

use telemetry_runtime::{TelemetryEvent, telemetry_registry};

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
    #[event(since = "1.10", why = "Which \"retries\" help?")]
    retries: i64,
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

const SINCE: &str = "2.0";

/// A run of a product with a later rule.
#[derive(TelemetryEvent)]
#[event(name = "other_run", schema = "1.11")]
struct OtherRun {
    /// A field from before the rule.
    #[event(since = "1.11")]
    retries: i64,
}

telemetry_registry! {
    static LATER = {
        client_name = "Example",
        client_id = "0",
        version = "1.11",
        description = "Events of an example.",
        require_why_since = SINCE,
        types = [i64],
        events = [OtherRun],
    }
}

fn main() {
    let questions: Vec<_> = Run::DESCRIPTOR.fields.iter().map(|field| field.why).collect();
    assert_eq!(
        questions,
        [None, None, Some("How many plugins do runs load?"), Some("Which \"retries\" help?")]
    );
    assert_eq!(REGISTRY.require_why_since(), Some("1.10"));
    assert_eq!(LATER.require_why_since(), Some("2.0"));
    assert_eq!(OtherRun::default().retries, Run::default().retries);
}
