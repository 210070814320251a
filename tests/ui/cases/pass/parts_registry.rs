// Events with parts match their registry document: prefixes, fewer enum values, lifetimes, bounds.

use telemetry_runtime::{Label, TelemetryEnum, TelemetryEvent, TelemetryFields};

/// A time.
#[derive(TelemetryFields)]
struct Time {
    /// Milliseconds.
    #[event(unit = "ms")]
    ms: i64,
}

/// Outcome of the run.
#[derive(TelemetryEnum)]
#[event(name = "OutcomeEnum")]
enum Outcome {
    /// Well.
    Success,
    /// Unknown.
    #[event(fallback)]
    Undefined,
}

/// A result.
#[derive(TelemetryFields)]
struct Ended {
    /// Outcome.
    #[event(required)]
    outcome: Outcome,
}

/// Only parts.
#[derive(TelemetryEvent)]
#[event(name = "command_run", schema = "1.0", registry = "schemas/events.json")]
struct CommandRun {
    #[event(flatten, prefix = "duration")]
    time: Time,
    #[event(flatten)]
    ended: Ended,
}

/// How it is deployed.
#[derive(TelemetryEnum)]
#[event(name = "DeploymentTypeEnum")]
enum Deployment {
    /// Unknown.
    #[event(fallback)]
    Undefined,
}

/// Numbers.
#[derive(TelemetryFields)]
struct Numbers {
    /// Seconds.
    #[event(constant = -2.5)]
    elapsed: f64,
    /// Retries.
    #[event(default = 0)]
    retries: i64,
    /// Whether it was cached.
    cached: bool,
}

/// A job. The order of the document may differ.
#[derive(TelemetryEvent)]
#[event(name = "job_event", schema = "1.9", registry = "schemas/events.json")]
struct Job {
    #[event(flatten)]
    numbers: Numbers,
    /// Time of the GPU.
    gpu_seconds: f64,
    /// Deployment.
    deployment_type: Deployment,
}

/// The engine.
#[derive(TelemetryEnum)]
#[event(name = "RailsEngineEnum", rename_all = "verbatim")]
enum Engine {
    /// One.
    LLMRails,
}

/// Reason.
#[derive(TelemetryEnum)]
#[event(name = "EventTypeEnum", rename_all = "lowercase")]
enum Reason {
    /// At the start.
    Startup,
}

/// An operating system.
#[derive(TelemetryFields)]
struct Os {
    /// Name.
    name: Label,
}

/// A use.
#[derive(TelemetryEvent)]
#[event(name = "guardrails_usage_event", schema = "1.0", registry = "schemas/events.json")]
struct Use<'a> {
    #[event(flatten, prefix = "os")]
    os: Os,
    /// Platform.
    platform: Label,
    #[event(flatten)]
    engine: Rails,
    #[event(flatten)]
    list: List<'a>,
    /// Reason.
    #[event(default = Reason::Startup)]
    event: Reason,
}

/// The engine.
#[derive(TelemetryFields)]
struct Rails {
    /// The engine.
    #[event(default = Engine::LLMRails)]
    rails_engine: Engine,
}

/// A list.
#[derive(TelemetryFields)]
struct List<'a> {
    /// Providers.
    #[event(free_text = "names built into the program")]
    llm_providers: Vec<&'a str>,
}

fn main() {
    let ended = Ended::builder().outcome(Outcome::Success).build();
    let run = CommandRun::builder().ended(ended).build();
    assert_eq!(run.parameters().to_json(), r#"{"durationMs":-1,"outcome":"success"}"#);
    assert!(Job::default().parameters().to_json().starts_with(r#"{"elapsed":-2.5,"retries":0,"#));
    let list = List::builder().llm_providers(vec!["a"]).build();
    let json = Use::builder().list(list).build().parameters().to_json();
    assert!(json.contains(r#""railsEngine":"LLMRails","llmProviders":["a"],"event":"startup""#), "{json}");
}
