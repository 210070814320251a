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
    /// Not known.
    #[event(fallback)]
    Undefined,
}

/// Class of the rails engine that runs.
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
    /// Not known.
    #[event(rename = "undefined", fallback)]
    Undefined,
}

/// Point in the life of a process at which an event is recorded.
#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[event(name = "EventTypeEnum", rename_all = "lowercase")]
#[non_exhaustive]
pub enum EventType {
    /// An engine was built.
    Startup,
    /// The process still runs.
    Heartbeat,
}

/// What a running Guardrails is made of: one per engine that is built, then heartbeats.
#[derive(TelemetryEvent, Clone, Debug)]
#[event(
    name = "guardrails_usage_event",
    schema = "1.7",
    registry = "../schemas/anonymous_events.json",
    gdpr(
        category = "functional",
        purpose = "Versions, operating system, kinds of rails, built-in features and switches of a deployment."
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
    /// Random UUID of the process, stored nowhere but in this machine's log of events.
    #[event(free_text = "a random UUID that the process makes for itself")]
    pub session_id: Cow<'static, str>,
    /// Version of the installed package; `unknown` when it cannot be told.
    #[event(default = "unknown", free_text = "version that the package publishes")]
    pub nemoguardrails_version: Cow<'static, str>,
    /// Version of the Python that runs Guardrails; `unknown` where none does.
    #[event(
        default = "unknown",
        free_text = "version that the interpreter reports"
    )]
    pub python_version: Cow<'static, str>,
    /// Operating system family and architecture, without kernel release and host name.
    #[event(default = "unknown", free_text = "constants of the build target")]
    pub platform: Cow<'static, str>,
    /// Name of the operating system: `Linux`, `Darwin` or `Windows`.
    #[event(default = "unknown")]
    pub os_name: Label,
    /// Version of the Colang language in use, such as `1.0` or `2.x`.
    #[event(default = "unknown")]
    pub colang_version: Label,
    /// Model engines in use, sorted: the integration's name such as `openai`, never the model's.
    #[event(free_text = "names of integrations, as a person's configuration spells them")]
    pub llm_providers: Vec<Cow<'static, str>>,
    /// Number of configured rail flows.
    #[event(default = 0)]
    pub num_rails_configured: i64,
    /// Kinds of rails that are active: `input`, `output`, `retrieval`, `tool_input`, `tool_output`, `dialog`.
    pub rail_types_in_use: Vec<Label>,
    /// Whether tracing is on.
    pub tracing_enabled: bool,
    /// How Guardrails is deployed.
    pub deployment_type: DeploymentType,
    /// Class of the rails engine that runs.
    pub rails_engine: RailsEngine,
    /// Whether a knowledge base is configured.
    pub has_knowledge_base: bool,
    /// Whether output is streamed.
    pub streaming_configured: bool,
    /// Built-in features in use, sorted: names of a fixed list.
    pub builtin_features: Vec<Label>,
    /// Number of flows that users wrote; the count alone.
    #[event(default = 0)]
    pub num_custom_flows: i64,
    /// Unix seconds at which these values were collected.
    #[event(default = 0.0)]
    pub timestamp: f64,
    /// Whether the process has just started or still runs.
    #[event(default = EventType::Startup)]
    pub event: EventType,
}
