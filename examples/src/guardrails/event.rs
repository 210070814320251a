//! `guardrails_usage_event` 1.7.

use std::borrow::Cow;

use telemetry_runtime::{Label, TelemetryEnum, TelemetryEvent};

use crate::nemo::NemoSource;

/// How Guardrails is deployed.
#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[event(name = "DeploymentTypeEnum", rename_all = "lowercase")]
#[non_exhaustive]
pub enum DeploymentType {
    /// Imported as a library.
    Library,
    /// Behind its HTTP API.
    Api,
    /// Run from its command line.
    Cli,
    /// Used through the SDK.
    Sdk,
    /// Run by the NeMo platform.
    Nmp,
    /// Unknown.
    #[event(fallback)]
    Undefined,
}

/// Class of the rails engine.
#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[event(name = "RailsEngineEnum", rename_all = "verbatim")]
#[non_exhaustive]
pub enum RailsEngine {
    /// The engine for every kind of rail.
    #[event(rename = "LLMRails")]
    LlmRails,
    /// The engine for input and output rails only.
    #[event(rename = "IORails")]
    IoRails,
    /// Unknown.
    #[event(rename = "undefined", fallback)]
    Undefined,
}

/// Reason for the event.
#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[event(name = "EventTypeEnum", rename_all = "lowercase")]
#[non_exhaustive]
pub enum EventType {
    /// An engine was built.
    Startup,
    /// The process is still running.
    Heartbeat,
}

/// Configuration of a running Guardrails: one event for each engine that is built, then heartbeats.
#[derive(TelemetryEvent, Clone, Debug)]
#[event(
    name = "guardrails_usage_event",
    schema = "1.7",
    registry = "../schemas/anonymous_events.json",
    gdpr(
        category = "functional",
        purpose = "Versions, operating system, kinds of rails, built-in features and settings of a deployment."
    ),
    never(
        "Prompts, completions or any other content of a conversation",
        "Names of models, flows, files or hosts",
        "Anything about a single request"
    )
)]
pub struct GuardrailsUsageEvent {
    /// Always `guardrails`.
    #[event(constant = NemoSource::Guardrails)]
    pub nemo_source: NemoSource,
    /// Random UUID of the process, stored only in the local event log.
    #[event(free_text = "random UUID of the process")]
    pub session_id: Cow<'static, str>,
    /// Version of the installed package; `unknown` when it cannot be determined.
    #[event(default = "unknown", free_text = "version that the package publishes")]
    pub nemoguardrails_version: Cow<'static, str>,
    /// Version of the Python interpreter; `unknown` without one.
    #[event(
        default = "unknown",
        free_text = "version that the interpreter reports"
    )]
    pub python_version: Cow<'static, str>,
    /// Operating system and architecture, without kernel release and host name.
    #[event(default = "unknown", free_text = "constants of the build target")]
    pub platform: Cow<'static, str>,
    /// Name of the operating system: `Linux`, `Darwin` or `Windows`.
    #[event(default = "unknown")]
    pub os_name: Label,
    /// Version of the Colang language in use, such as `1.0` or `2.x`.
    #[event(default = "unknown")]
    pub colang_version: Label,
    /// Model integrations in use, sorted, such as `openai`; never names of models.
    #[event(free_text = "names of integrations in the user's configuration")]
    pub llm_providers: Vec<Cow<'static, str>>,
    /// Number of configured rail flows.
    #[event(default = 0)]
    pub num_rails_configured: i64,
    /// Active kinds of rails: `input`, `output`, `retrieval`, `tool_input`, `tool_output`, `dialog`.
    pub rail_types_in_use: Vec<Label>,
    /// Whether tracing is on.
    pub tracing_enabled: bool,
    /// How Guardrails is deployed.
    pub deployment_type: DeploymentType,
    /// Class of the rails engine.
    pub rails_engine: RailsEngine,
    /// Whether a knowledge base is configured.
    pub has_knowledge_base: bool,
    /// Whether output is streamed.
    pub streaming_configured: bool,
    /// Built-in features in use, sorted, from a fixed list.
    pub builtin_features: Vec<Label>,
    /// Number of flows that users wrote.
    #[event(default = 0)]
    pub num_custom_flows: i64,
    /// Time of collection in Unix seconds.
    #[event(default = 0.0)]
    pub timestamp: f64,
    /// Whether this is the first event of an engine or a heartbeat.
    #[event(default = EventType::Startup)]
    pub event: EventType,
}
