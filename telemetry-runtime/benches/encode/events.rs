//! Three events with the fields of real products. One declaration serves both encoders.

use std::borrow::Cow;

use serde::{Serialize, Serializer, ser::SerializeStruct};
use telemetry_runtime::{Label, TelemetryEnum, TelemetryEvent};

type Text = Cow<'static, str>;

/// A label, for serde.
struct One<'l>(&'l Label);

impl Serialize for One<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

/// A list of labels, for serde.
struct List<'l>(&'l [Label]);

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Label::as_str))
    }
}

/// The code that `#[derive(Serialize)]` would generate. An event cannot have `serialize_with`, which
/// labels would need.
macro_rules! serialize {
    ($ty:ident, $count:literal { $($field:ident: $wire:literal $($wrapper:ident)?,)* }) => {
        impl Serialize for $ty {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut fields = serializer.serialize_struct(stringify!($ty), $count)?;
                $(fields.serialize_field($wire, &$($wrapper)?(&self.$field))?;)*
                fields.end()
            }
        }
    };
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
#[derive(TelemetryEvent)]
#[event(name = "command", schema = "1.0")]
pub(crate) struct Command {
    #[event(default = Source::Toolkit)]
    nemo_source: Source,
    #[event(required)]
    command: Label,
    subcommand: Label,
    #[event(required)]
    task_status: Status,
    #[event(range(min = -1), unit = "ms")]
    duration_ms: i64,
    exit_code: i64,
    error_class: Label,
    #[event(required, free_text = "a version number")]
    python_version: Text,
}

/// G: components of a running program.
#[derive(TelemetryEvent)]
#[event(name = "usage", schema = "1.0")]
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
    os_name: Label,
    #[event(default = "unknown")]
    colang_version: Label,
    llm_providers: Vec<Label>,
    #[event(default = 0)]
    num_rails_configured: i64,
    rail_types_in_use: Vec<Label>,
    tracing_enabled: bool,
    #[event(required)]
    deployment_type: Deployment,
    #[event(required)]
    rails_engine: Engine,
    has_knowledge_base: bool,
    streaming_configured: bool,
    builtin_features: Vec<Label>,
    #[event(default = 0)]
    num_custom_flows: i64,
    #[event(default = 0.0)]
    timestamp: f64,
    #[event(default = Moment::Startup)]
    event: Moment,
}

/// A: one run over a data set.
#[derive(TelemetryEvent)]
#[event(name = "run", schema = "1.0")]
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

serialize!(Command, 8 {
    nemo_source: "nemoSource",
    command: "command" One,
    subcommand: "subcommand" One,
    task_status: "taskStatus",
    duration_ms: "durationMs",
    exit_code: "exitCode",
    error_class: "errorClass" One,
    python_version: "pythonVersion",
});

serialize!(Usage, 19 {
    nemo_source: "nemoSource",
    session_id: "sessionId",
    nemoguardrails_version: "nemoguardrailsVersion",
    python_version: "pythonVersion",
    platform: "platform",
    os_name: "osName" One,
    colang_version: "colangVersion" One,
    llm_providers: "llmProviders" List,
    num_rails_configured: "numRailsConfigured",
    rail_types_in_use: "railTypesInUse" List,
    tracing_enabled: "tracingEnabled",
    deployment_type: "deploymentType",
    rails_engine: "railsEngine",
    has_knowledge_base: "hasKnowledgeBase",
    streaming_configured: "streamingConfigured",
    builtin_features: "builtinFeatures" List,
    num_custom_flows: "numCustomFlows",
    timestamp: "timestamp",
    event: "event",
});

serialize!(Run, 38 {
    nemo_source: "nemoSource",
    task: "task",
    task_status: "taskStatus",
    deployment_type: "deploymentType",
    job_duration_sec: "jobDurationSec",
    num_input_records: "numInputRecords",
    num_success_records: "numSuccessRecords",
    num_failure_records: "numFailureRecords",
    avg_tokens_per_record: "avgTokensPerRecord",
    transformation_type: "transformationType" One,
    custom_data_summary_provided: "customDataSummaryProvided",
    custom_privacy_goal_provided: "customPrivacyGoalProvided",
    custom_substitute_instructions_provided: "customSubstituteInstructionsProvided",
    max_repair_iterations: "maxRepairIterations",
    strict_entity_protection: "strictEntityProtection",
    repair_iterations_triggered: "repairIterationsTriggered",
    entity_detector_model: "entityDetectorModel",
    entity_validator_model: "entityValidatorModel",
    entity_augmenter_model: "entityAugmenterModel",
    latent_detector_model: "latentDetectorModel",
    replacement_generator_model: "replacementGeneratorModel",
    domain_classifier_model: "domainClassifierModel",
    disposition_analyzer_model: "dispositionAnalyzerModel",
    meaning_extractor_model: "meaningExtractorModel",
    qa_generator_model: "qaGeneratorModel",
    rewriter_model: "rewriterModel",
    evaluator_model: "evaluatorModel",
    repairer_model: "repairerModel",
    judge_model: "judgeModel",
    model_hosts: "modelHosts" List,
    entity_detection_failure_count: "entityDetectionFailureCount",
    latent_detection_failure_count: "latentDetectionFailureCount",
    replace_map_generation_failure_count: "replaceMapGenerationFailureCount",
    rewrite_pipeline_failure_count: "rewritePipelineFailureCount",
    rewrite_evaluate_failure_count: "rewriteEvaluateFailureCount",
    rewrite_repair_failure_count: "rewriteRepairFailureCount",
    rewrite_final_judge_failure_count: "rewriteFinalJudgeFailureCount",
    unknown_step_failure_count: "unknownStepFailureCount",
});

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
