// A valid event with a registry: older schema, fewer enum values, aliases, lifetimes; no lint.

#![deny(warnings, missing_docs, unused, unused_qualifications, unreachable_pub, nonstandard_style)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]
//! A crate.

use std::{borrow::Cow, time::Duration};

use telemetry_runtime::{Label, TelemetryEnum, TelemetryEvent};

/// An engine without values of the other enums.
#[derive(TelemetryEnum, Clone, Copy)]
#[event(name = "RailsEngineEnum", rename_all = "verbatim")]
enum RailsEngine {
    /// Not known.
    #[event(rename = "undefined", fallback)]
    Undefined,
}

/// Reason.
#[derive(TelemetryEnum, Clone, Copy)]
#[event(name = "EventTypeEnum", rename_all = "lowercase")]
enum EventType {
    /// At the start.
    Startup,
}

/// Outcome of the run.
#[derive(TelemetryEnum, Clone, Copy)]
#[event(name = "OutcomeEnum", rename_all = "lowercase")]
enum Outcome {
    /// Well.
    Success,
    /// Not known.
    #[event(fallback)]
    Undefined,
}

type Name = Label;

/// Usage.
#[derive(TelemetryEvent)]
#[event(
    name = "guardrails_usage_event",
    schema = "1.7",
    registry = "schemas/events.json"
)]
struct Usage<'a, 'b> {
    /// The system.
    os_name: Name,
    /// The platform.
    #[event(free_text = "a constant of the build")]
    platform: Cow<'a, str>,
    /// The engine.
    rails_engine: RailsEngine,
    /// The providers.
    #[event(free_text = "names that the program registers")]
    llm_providers: &'a [&'b str],
    /// Reason.
    #[event(default = EventType::Startup)]
    event: EventType,
}

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.9", registry = "schemas/events.json")]
struct Run {
    /// Time.
    #[event(unit = "ms", rename = "durationMs")]
    duration: Duration,
    /// Outcome of the run.
    #[event(required)]
    outcome: Outcome,
}

fn main() {
    let usage = Usage::builder().platform("linux").llm_providers(&["a"]).build();
    assert_eq!(
        usage.parameters().to_json(),
        r#"{"osName":"undefined","platform":"linux","railsEngine":"undefined","llmProviders":["a"],"event":"startup"}"#
    );
    let run = Run::builder().duration(Duration::from_millis(5)).outcome(Outcome::Success).build();
    assert_eq!(run.parameters().to_json(), r#"{"durationMs":5,"outcome":"success"}"#);
    let _ = (Outcome::Undefined, RailsEngine::Undefined, usage.rails_engine);
}
