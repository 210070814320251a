//! `inference_event` 1.9.

use std::borrow::Cow;

use telemetry_runtime::{Label, TelemetryEnum, TelemetryEvent};

use crate::nemo::{Deployment, NemoSource, TaskStatus};

/// How Data Designer is deployed.
#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[event(name = "DeploymentTypeEnum", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DeploymentType {
    /// Imported as a library.
    Library,
    /// Behind an HTTP API.
    Api,
    /// Any deployment inside NVIDIA.
    #[event(since = "1.9")]
    NvidiaInternal,
    /// Unknown.
    #[event(fallback)]
    Undefined,
}

impl Deployment for DeploymentType {
    const UNSET: Self = Self::Library;
}

/// One call of a model by a job of Data Designer.
#[derive(TelemetryEvent, Clone, Debug)]
#[event(
    name = "inference_event",
    schema = "1.9",
    registry = "../schemas/anonymous_events.json",
    gdpr(purpose = "Bytes and tokens that a job exchanged with each model."),
    never(
        "Prompts and completions",
        "Columns, configurations or generated data",
        "Addresses of model servers"
    )
)]
pub struct InferenceEvent {
    /// Product that ran the job: `datadesigner` for Data Designer itself.
    #[event(required)]
    pub nemo_source: NemoSource,
    /// Kind of job: `batch` or `preview`.
    #[event(required)]
    pub task: Label,
    /// How the call ended.
    #[event(required)]
    pub task_status: TaskStatus,
    /// How Data Designer is deployed.
    #[event(default = DeploymentType::UNSET)]
    pub deployment_type: DeploymentType,
    /// Name of the model in the configuration.
    #[event(required, free_text = "name that a user gave the model")]
    pub model: Cow<'static, str>,
    /// Name of the model's group; `undefined` without a group.
    #[event(free_text = "name that a user gave the group")]
    pub model_group: Cow<'static, str>,
    /// Bytes sent to the model; -1 when unknown.
    #[event(unit = "bytes")]
    pub input_bytes: i64,
    /// Tokens sent to the model; -1 when unknown.
    #[event(unit = "tokens")]
    pub input_tokens: i64,
    /// Bytes received from the model; -1 when unknown.
    #[event(unit = "bytes")]
    pub output_bytes: i64,
    /// Tokens received from the model; -1 when unknown.
    #[event(unit = "tokens")]
    pub output_tokens: i64,
}
