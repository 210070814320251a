//! Three events the size of real ones, each declared once for both encoders.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use telemetry_runtime::{Label, TelemetryEnum, TelemetryEvent};

type Text = Cow<'static, str>;

fn label<S: Serializer>(label: &Label, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(label.as_str())
}

fn labels<S: Serializer>(labels: &[Label], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(labels.iter().map(Label::as_str))
}

#[derive(TelemetryEnum, Serialize, Clone, Copy)]
#[event(name = "SourceEnum", rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub(crate) enum Source {
    Guardrails,
    Anonymizer,
    Toolkit,
}

#[derive(TelemetryEnum, Serialize, Clone, Copy)]
#[event(name = "StatusEnum", rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    Failure,
    Completed,
}

#[derive(TelemetryEnum, Serialize, Clone, Copy)]
#[event(name = "DeploymentEnum", rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub(crate) enum Deployment {
    Library,
    Cli,
}

#[derive(TelemetryEnum, Serialize, Clone, Copy)]
#[event(name = "EngineEnum", rename_all = "verbatim")]
pub(crate) enum Engine {
    LLMRails,
}

#[derive(TelemetryEnum, Serialize, Clone, Copy)]
#[event(name = "MomentEnum", rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub(crate) enum Moment {
    Startup,
}

/// C: one run of a command.
#[derive(TelemetryEvent, Serialize)]
#[event(name = "command", schema = "1.0")]
#[serde(rename_all = "camelCase")]
pub(crate) struct Command {
    #[event(default = Source::Toolkit)]
    nemo_source: Source,
    #[event(required)]
    #[serde(serialize_with = "label")]
    command: Label,
    #[serde(serialize_with = "label")]
    subcommand: Label,
    #[event(required)]
    task_status: Status,
    #[event(range(min = -1), unit = "ms")]
    duration_ms: i64,
    exit_code: i64,
    #[serde(serialize_with = "label")]
    error_class: Label,
    #[event(required, free_text = "a version number")]
    python_version: Text,
}

/// G: the parts of a running program.
#[derive(TelemetryEvent, Serialize)]
#[event(name = "usage", schema = "1.0")]
#[serde(rename_all = "camelCase")]
pub(crate) struct Usage {
    #[event(constant = Source::Guardrails)]
    nemo_source: Source,
    #[event(free_text = "a random id")]
    session_id: Text,
    #[event(default = "unknown", free_text = "a version number")]
    nemoguardrails_version: Text,
    #[event(default = "unknown", free_text = "a version number")]
    python_version: Text,
    #[event(default = "unknown", free_text = "constants of the build target")]
    platform: Text,
    #[event(default = "unknown")]
    #[serde(serialize_with = "label")]
    os_name: Label,
    #[event(default = "unknown")]
    #[serde(serialize_with = "label")]
    colang_version: Label,
    #[serde(serialize_with = "labels")]
    llm_providers: Vec<Label>,
    #[event(default = 0)]
    num_rails_configured: i64,
    #[serde(serialize_with = "labels")]
    rail_types_in_use: Vec<Label>,
    tracing_enabled: bool,
    #[event(required)]
    deployment_type: Deployment,
    #[event(required)]
    rails_engine: Engine,
    has_knowledge_base: bool,
    streaming_configured: bool,
    #[serde(serialize_with = "labels")]
    builtin_features: Vec<Label>,
    #[event(default = 0)]
    num_custom_flows: i64,
    #[event(default = 0.0)]
    timestamp: f64,
    #[event(default = Moment::Startup)]
    event: Moment,
}

/// A: one run over a data set.
#[derive(TelemetryEvent, Serialize)]
#[event(name = "run", schema = "1.0")]
#[serde(rename_all = "camelCase")]
pub(crate) struct Run {
    #[event(default = Source::Anonymizer)]
    nemo_source: Source,
    #[event(required)]
    task: Deployment,
    #[event(required)]
    task_status: Status,
    #[event(default = Deployment::Cli)]
    deployment_type: Deployment,
    #[event(unit = "s")]
    job_duration_sec: f64,
    num_input_records: i64,
    num_success_records: i64,
    num_failure_records: i64,
    avg_tokens_per_record: i64,
    #[event(required)]
    #[serde(serialize_with = "label")]
    transformation_type: Label,
    custom_data_summary_provided: bool,
    custom_privacy_goal_provided: bool,
    custom_substitute_instructions_provided: bool,
    max_repair_iterations: i64,
    strict_entity_protection: bool,
    repair_iterations_triggered: i64,
    #[event(required, free_text = "an alias")]
    entity_detector_model: Text,
    #[event(required, free_text = "an alias")]
    entity_validator_model: Text,
    #[event(required, free_text = "an alias")]
    entity_augmenter_model: Text,
    #[event(default = "not_applicable", free_text = "an alias")]
    latent_detector_model: Text,
    #[event(default = "not_applicable", free_text = "an alias")]
    replacement_generator_model: Text,
    #[event(default = "not_applicable", free_text = "an alias")]
    domain_classifier_model: Text,
    #[event(default = "not_applicable", free_text = "an alias")]
    disposition_analyzer_model: Text,
    #[event(default = "not_applicable", free_text = "an alias")]
    meaning_extractor_model: Text,
    #[event(default = "not_applicable", free_text = "an alias")]
    qa_generator_model: Text,
    #[event(default = "not_applicable", free_text = "an alias")]
    rewriter_model: Text,
    #[event(default = "not_applicable", free_text = "an alias")]
    evaluator_model: Text,
    #[event(default = "not_applicable", free_text = "an alias")]
    repairer_model: Text,
    #[event(default = "not_applicable", free_text = "an alias")]
    judge_model: Text,
    #[serde(serialize_with = "labels")]
    model_hosts: Vec<Label>,
    #[event(default = 0)]
    entity_detection_failure_count: i64,
    #[event(default = 0)]
    latent_detection_failure_count: i64,
    #[event(default = 0)]
    replace_map_generation_failure_count: i64,
    #[event(default = 0)]
    rewrite_pipeline_failure_count: i64,
    #[event(default = 0)]
    rewrite_evaluate_failure_count: i64,
    #[event(default = 0)]
    rewrite_repair_failure_count: i64,
    #[event(default = 0)]
    rewrite_final_judge_failure_count: i64,
    #[event(default = 0)]
    unknown_step_failure_count: i64,
}

pub(crate) fn command() -> Command {
    Command::builder()
        .command(Label("run"))
        .task_status(Status::Failure)
        .duration_ms(531)
        .exit_code(1)
        .error_class(Label("ModuleNotFoundError"))
        .python_version("3.12.8".into())
        .build()
}

pub(crate) fn usage() -> Usage {
    Usage::builder()
        .session_id("0c8f4a52-5c1e-4f0e-9a43-7d1b2f6e8c90".into())
        .nemoguardrails_version("0.17.0".into())
        .python_version("3.12.8".into())
        .platform("Linux-x86_64".into())
        .os_name(Label("Linux"))
        .colang_version(Label("1.0"))
        .llm_providers(["nim", "nvidia_ai", "openai"].map(Label).into())
        .num_rails_configured(7)
        .rail_types_in_use(["input", "output", "retrieval"].map(Label).into())
        .tracing_enabled(true)
        .deployment_type(Deployment::Library)
        .rails_engine(Engine::LLMRails)
        .streaming_configured(true)
        .builtin_features(["jailbreak", "fact checking"].map(Label).into())
        .num_custom_flows(12)
        .timestamp(1_757_500_000.25)
        .build()
}

pub(crate) fn run() -> Run {
    Run::builder()
        .task(Deployment::Library)
        .task_status(Status::Completed)
        .job_duration_sec(128.375)
        .num_input_records(15000)
        .num_success_records(14997)
        .num_failure_records(3)
        .avg_tokens_per_record(212)
        .transformation_type(Label("rewrite"))
        .custom_privacy_goal_provided(true)
        .max_repair_iterations(3)
        .repair_iterations_triggered(1)
        .entity_detector_model("nvidia/gliner-pii".into())
        .entity_validator_model("nvidia/nemotron-super-49b".into())
        .entity_augmenter_model("nvidia/nemotron-super-49b".into())
        .disposition_analyzer_model("nvidia/nemotron-super-49b".into())
        .rewriter_model("nvidia/nemotron-super-49b".into())
        .evaluator_model("nvidia/nemotron-super-49b".into())
        .judge_model("nvidia/nemotron-super-49b".into())
        .model_hosts(["local", "nvidia-build"].map(Label).into())
        .build()
}
