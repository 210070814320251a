//! `train_and_generation_event` 1.9.

use std::borrow::Cow;

use telemetry_runtime::{Label, TelemetryEnum, TelemetryEvent};

use crate::nemo::{Deployment, NemoSource, TaskStatus};

/// How Safe Synthesizer is deployed.
#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[event(name = "DeploymentTypeEnum", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DeploymentType {
    /// Run from its command line.
    Cli,
    /// Used through the SDK.
    Sdk,
    /// Run by the NeMo platform.
    Nmp,
    /// A job of a Slurm cluster.
    Slurm,
    /// A job of a Slurm cluster inside NVIDIA.
    #[event(since = "1.7")]
    SlurmNvidiaInternal,
    /// Any other deployment inside NVIDIA.
    #[event(since = "1.9")]
    NvidiaInternal,
    /// Unknown.
    #[event(fallback)]
    Undefined,
}

impl Deployment for DeploymentType {
    const UNSET: Self = Self::Sdk;
}

/// One run of Safe Synthesizer.
#[derive(TelemetryEvent, Clone, Debug)]
#[event(
    name = "train_and_generation_event",
    schema = "1.9",
    registry = "../schemas/anonymous_events.json",
    gdpr(purpose = "Settings, approximate input size, duration and scores of a run."),
    never(
        "Records, original or synthetic",
        "Names or values of columns",
        "Exact sizes of the input",
        "Paths of models or files"
    )
)]
pub struct TrainAndGenerationEvent {
    /// `safe-synthesizer` for every event of this type.
    #[event(default = NemoSource::SafeSynthesizer)]
    pub nemo_source: NemoSource,
    /// Stage that ran: `train`, `generate`, `evaluate`, or `run` for all stages.
    #[event(required)]
    pub task: Label,
    /// How the run ended.
    #[event(required)]
    pub task_status: TaskStatus,
    /// How Safe Synthesizer is deployed.
    #[event(default = DeploymentType::UNSET)]
    pub deployment_type: DeploymentType,
    /// Wall-clock duration of the run in seconds; -1.0 when unknown.
    #[event(unit = "s")]
    pub job_duration_sec: f64,
    /// Number of valid synthetic records; -1 when unknown.
    pub num_records_generated: i64,
    /// Number of tokens generated; -1 when unknown.
    pub num_tokens_generated: i64,
    /// Whether personal data was replaced before training.
    pub replace_pii_enabled: bool,
    /// Whether differential privacy was on.
    pub differential_privacy_enabled: bool,
    /// Whether the data was treated as a time series.
    pub time_series_enabled: bool,
    /// Whether records were grouped.
    pub group_by_enabled: bool,
    /// Bucket of the number of input records, such as `1-200`; `undefined` when unknown.
    pub input_records_bucket: Label,
    /// Bucket of the number of input columns, such as `6-10`; `undefined` when unknown.
    pub input_columns_bucket: Label,
    /// Score of the quality of the synthetic data; -1.0 when unknown.
    pub synthetic_quality_score: f64,
    /// Score of the privacy of the synthetic data; -1.0 when unknown.
    pub data_privacy_score: f64,
    /// Repository id of the pretrained model; `local_path` for a model on disk.
    #[event(free_text = "repository id; a path becomes local_path")]
    pub model: Cow<'static, str>,
    /// Product name of the GPU; `undefined` without a GPU.
    #[event(free_text = "product name that the GPU's driver reports")]
    pub gpu: Cow<'static, str>,
}
