//! Declarations of events as they were before the releases of `released/events.json`. The earlier vectors were
//! recorded from them.
//!
//! The compiler compares them with the released document.

use std::borrow::Cow;

use telemetry_examples::{
    anonymizer::Task,
    nemo::{NemoSource, TaskStatus},
};
use telemetry_runtime::{Label, TelemetryEnum, TelemetryEvent};

/// How Anonymizer is deployed.
#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[event(name = "DeploymentTypeEnum", rename_all = "lowercase")]
pub enum AnonymizerDeployment {
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

/// One run or preview of Anonymizer.
#[derive(TelemetryEvent, Clone, Debug)]
#[event(
    name = "anonymizer_event",
    schema = "1.7",
    registry = "../schemas/history/1.9.json",
    gdpr(purpose = "Size, settings, steps and failures of a run; aliases of the models it used."),
    never(
        "Records, entities or any other content of the data",
        "The text of summaries, privacy goals or instructions",
        "Addresses of model servers"
    )
)]
pub struct AnonymizerEvent {
    /// `anonymizer` for every event of this type.
    #[event(default = NemoSource::Anonymizer)]
    pub nemo_source: NemoSource,
    /// Whether the run was a batch or a preview.
    #[event(required)]
    pub task: Task,
    /// How the run ended.
    #[event(required)]
    pub task_status: TaskStatus,
    /// How Anonymizer is deployed.
    #[event(default = AnonymizerDeployment::Sdk)]
    pub deployment_type: AnonymizerDeployment,
    /// Wall-clock duration of the run in seconds; -1.0 when unknown.
    #[event(unit = "s")]
    pub job_duration_sec: f64,
    /// Number of input records; -1 when unknown.
    pub num_input_records: i64,
    /// Number of records that were anonymized; -1 when unknown.
    pub num_success_records: i64,
    /// Number of records that failed; -1 when unknown.
    pub num_failure_records: i64,
    /// Mean number of tokens per record; -1 when unknown.
    pub avg_tokens_per_record: i64,
    /// Strategy in use, such as `redact` or `rewrite`.
    #[event(required)]
    pub transformation_type: Label,
    /// Whether a summary of the data was given.
    pub custom_data_summary_provided: bool,
    /// Whether a privacy goal was given.
    pub custom_privacy_goal_provided: bool,
    /// Whether instructions for substitutes were given.
    pub custom_substitute_instructions_provided: bool,
    /// Maximum number of repairs in the settings; -1 where repairs do not apply.
    pub max_repair_iterations: i64,
    /// Whether strict protection of entities was on.
    pub strict_entity_protection: bool,
    /// Number of repairs that ran; -1 where repairs do not apply.
    pub repair_iterations_triggered: i64,
    /// Aliases of the models that found entities.
    #[event(required, free_text = "alias that a user chose")]
    pub entity_detector_model: Cow<'static, str>,
    /// Aliases of the models that confirmed entities.
    #[event(required, free_text = "alias that a user chose")]
    pub entity_validator_model: Cow<'static, str>,
    /// Aliases of the models that added missed entities.
    #[event(required, free_text = "alias that a user chose")]
    pub entity_augmenter_model: Cow<'static, str>,
    /// Alias of the model that found implied entities; `not_applicable` when the step did not run.
    #[event(default = "not_applicable", free_text = "alias that a user chose")]
    pub latent_detector_model: Cow<'static, str>,
    /// Alias of the model that made replacements; `not_applicable` when the step did not run.
    #[event(default = "not_applicable", free_text = "alias that a user chose")]
    pub replacement_generator_model: Cow<'static, str>,
    /// Alias of the model that named the domain; `not_applicable` when the step did not run.
    #[event(default = "not_applicable", free_text = "alias that a user chose")]
    pub domain_classifier_model: Cow<'static, str>,
    /// Alias of the model that decided which entities to keep; `not_applicable` when the step did not run.
    #[event(default = "not_applicable", free_text = "alias that a user chose")]
    pub disposition_analyzer_model: Cow<'static, str>,
    /// Alias of the model that extracted meaning; `not_applicable` when the step did not run.
    #[event(default = "not_applicable", free_text = "alias that a user chose")]
    pub meaning_extractor_model: Cow<'static, str>,
    /// Alias of the model that wrote questions; `not_applicable` when the step did not run.
    #[event(default = "not_applicable", free_text = "alias that a user chose")]
    pub qa_generator_model: Cow<'static, str>,
    /// Alias of the model that rewrote text; `not_applicable` when the step did not run.
    #[event(default = "not_applicable", free_text = "alias that a user chose")]
    pub rewriter_model: Cow<'static, str>,
    /// Alias of the model that evaluated the rewrite; `not_applicable` when the step did not run.
    #[event(default = "not_applicable", free_text = "alias that a user chose")]
    pub evaluator_model: Cow<'static, str>,
    /// Alias of the model that repaired the rewrite; `not_applicable` when the step did not run.
    #[event(default = "not_applicable", free_text = "alias that a user chose")]
    pub repairer_model: Cow<'static, str>,
    /// Alias of the model that made the final evaluation; `not_applicable` when the step did not run.
    #[event(default = "not_applicable", free_text = "alias that a user chose")]
    pub judge_model: Cow<'static, str>,
    /// Kinds of hosts of the models, sorted: `nvidia-build`, `nvidia-internal`, `openrouter`, `local`, `other`.
    pub model_hosts: Vec<Label>,
    /// Number of failures while finding entities.
    #[event(default = 0)]
    pub entity_detection_failure_count: i64,
    /// Number of failures while finding implied entities.
    #[event(default = 0)]
    pub latent_detection_failure_count: i64,
    /// Number of failures while generating the replacement map.
    #[event(default = 0)]
    pub replace_map_generation_failure_count: i64,
    /// Number of failures while rewriting.
    #[event(default = 0)]
    pub rewrite_pipeline_failure_count: i64,
    /// Number of failures while evaluating a rewrite.
    #[event(default = 0)]
    pub rewrite_evaluate_failure_count: i64,
    /// Number of failures while repairing a rewrite.
    #[event(default = 0)]
    pub rewrite_repair_failure_count: i64,
    /// Number of failures in the final evaluation.
    #[event(default = 0)]
    pub rewrite_final_judge_failure_count: i64,
    /// Number of failures in steps without a counter.
    #[event(default = 0)]
    pub unknown_step_failure_count: i64,
}

/// How Safe Synthesizer is deployed.
#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[event(name = "DeploymentTypeEnum", rename_all = "kebab-case")]
pub enum SafeSynthesizerDeployment {
    /// Run from its command line.
    Cli,
    /// Used through the SDK.
    Sdk,
    /// Run by the NeMo platform.
    Nmp,
    /// A job of a Slurm cluster.
    Slurm,
    /// A job of a Slurm cluster inside NVIDIA.
    SlurmNvidiaInternal,
    /// Unknown.
    #[event(fallback)]
    Undefined,
}

/// One run of Safe Synthesizer.
#[derive(TelemetryEvent, Clone, Debug)]
#[event(
    name = "train_and_generation_event",
    schema = "1.4",
    registry = "../schemas/history/1.9.json",
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
    #[event(default = SafeSynthesizerDeployment::Sdk)]
    pub deployment_type: SafeSynthesizerDeployment,
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
