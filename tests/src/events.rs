//! Events built from the inputs of the vectors, through the same setters that programs use.

use std::{borrow::Cow, time::SystemTime};

use serde_json::{Map, Value};
use telemetry_examples::{
    agent_toolkit::NatCliCommand,
    anonymizer::{self, AnonymizerEvent},
    data_designer::{self, InferenceEvent},
    guardrails::{self, EventType, GuardrailsUsageEvent, RailsEngine},
    nemo::{NemoSource, TaskStatus},
    safe_synthesizer::{self, TrainAndGenerationEvent},
};
use telemetry_runtime::{
    Client, Label, TelemetryEvent,
    envelope::{EnvelopeBuilder, SchemaVersionMismatch},
};

/// An event of one of the five products.
#[derive(Debug, Clone)]
pub enum Event {
    /// `guardrails_usage_event`
    Guardrails(Box<GuardrailsUsageEvent>),
    /// `anonymizer_event`
    Anonymizer(Box<AnonymizerEvent>),
    /// `train_and_generation_event`
    SafeSynthesizer(Box<TrainAndGenerationEvent>),
    /// `nat_cli_command`
    AgentToolkit(Box<NatCliCommand>),
    /// `inference_event`
    DataDesigner(Box<InferenceEvent>),
}

/// Why an input cannot be given to the typed event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotExpressible(pub String);

macro_rules! each {
    ($event:expr, $e:ident => $body:expr) => {
        match $event {
            Event::Guardrails($e) => $body,
            Event::Anonymizer($e) => $body,
            Event::SafeSynthesizer($e) => $body,
            Event::AgentToolkit($e) => $body,
            Event::DataDesigner($e) => $body,
        }
    };
}

impl Event {
    /// The event `name` with the fields that `input` sets.
    ///
    /// # Errors
    ///
    /// [`NotExpressible`] when a value does not fit its field's type or has no field.
    pub fn build(name: &str, input: &Map<String, Value>) -> Result<Self, NotExpressible> {
        match name {
            "guardrails_usage_event" => guardrails_event(input).map(Self::Guardrails),
            "anonymizer_event" => anonymizer_event(input).map(Self::Anonymizer),
            "train_and_generation_event" => {
                train_and_generation_event(input).map(Self::SafeSynthesizer)
            }
            "nat_cli_command" => nat_cli_command(input).map(Self::AgentToolkit),
            "inference_event" => inference_event(input).map(Self::DataDesigner),
            other => panic!("no product declares `{other}`"),
        }
    }

    /// The parameters as the writer puts them on the wire.
    #[must_use]
    pub fn written(&self) -> String {
        each!(self, event => event.parameters().to_json())
    }

    /// The parameters as serde_json writes them.
    #[must_use]
    pub fn serialized(&self) -> Vec<u8> {
        each!(self, event => serde_json::to_vec(&event.parameters()).expect("plain data"))
    }

    /// Schema version of the event.
    #[must_use]
    pub fn schema_version(&self) -> &'static str {
        fn of<E: TelemetryEvent>(_: &E) -> &'static str {
            E::SCHEMA_VERSION
        }
        each!(self, event => of(&**event))
    }

    /// Records the event.
    pub fn record(&self, client: &Client) {
        each!(self, event => client.record(&**event));
    }

    /// Adds the event to an envelope.
    ///
    /// # Errors
    ///
    /// As [`EnvelopeBuilder::push`].
    pub fn push_to(
        &self,
        envelope: &mut EnvelopeBuilder,
        at: SystemTime,
    ) -> Result<(), SchemaVersionMismatch> {
        each!(self, event => envelope.push(&**event, at))
    }
}

/// A field's value built from a vector's.
trait FromVector: Sized {
    fn from_vector(value: &Value) -> Option<Self>;
}

impl FromVector for bool {
    fn from_vector(value: &Value) -> Option<Self> {
        value.as_bool()
    }
}

impl FromVector for i64 {
    fn from_vector(value: &Value) -> Option<Self> {
        value.as_i64()
    }
}

impl FromVector for f64 {
    fn from_vector(value: &Value) -> Option<Self> {
        value.as_f64().filter(|_| value.is_f64())
    }
}

impl FromVector for Cow<'static, str> {
    fn from_vector(value: &Value) -> Option<Self> {
        value.as_str().map(|text| Cow::Owned(text.to_owned()))
    }
}

impl FromVector for Vec<Cow<'static, str>> {
    fn from_vector(value: &Value) -> Option<Self> {
        value.as_array()?.iter().map(Cow::from_vector).collect()
    }
}

/// A label is program text, so the texts of the vectors are leaked to live as long.
impl FromVector for Label {
    fn from_vector(value: &Value) -> Option<Self> {
        let text: &'static str = Box::leak(value.as_str()?.into());
        Some(Label(text))
    }
}

impl FromVector for Vec<Label> {
    fn from_vector(value: &Value) -> Option<Self> {
        value.as_array()?.iter().map(Label::from_vector).collect()
    }
}

macro_rules! enums {
    ($($ty:ty,)*) => {$(
        impl FromVector for $ty {
            fn from_vector(value: &Value) -> Option<Self> {
                value.as_str()?.parse().ok()
            }
        }
    )*};
}

enums! {
    NemoSource,
    TaskStatus,
    guardrails::DeploymentType,
    RailsEngine,
    EventType,
    anonymizer::DeploymentType,
    anonymizer::Task,
    safe_synthesizer::DeploymentType,
    data_designer::DeploymentType,
}

fn value_of<T: FromVector>(name: &str, value: Option<&Value>) -> Result<T, NotExpressible> {
    let Some(value) = value else {
        return Err(NotExpressible(format!("`{name}` is required")));
    };
    T::from_vector(value).ok_or_else(|| NotExpressible(format!("`{name}` cannot be {value}")))
}

/// A function that builds one event: required fields, fields with a setter, fields without one.
macro_rules! event {
    (
        fn $function:ident -> $event:ident;
        required { $($required:ident: $required_ty:ty,)* }
        optional { $($optional:ident: $optional_ty:ty,)* }
        constant { $($constant:ident: $constant_ty:ty,)* }
    ) => {
        fn $function(input: &Map<String, Value>) -> Result<Box<$event>, NotExpressible> {
            let known = [
                $(stringify!($required),)* $(stringify!($optional),)* $(stringify!($constant),)*
            ];
            if let Some(unknown) = input.keys().find(|key| !known.contains(&key.as_str())) {
                return Err(NotExpressible(format!("there is no field `{unknown}`")));
            }
            let builder = $event::builder();
            $(
                let name = stringify!($required);
                let value: $required_ty = value_of(name, input.get(name))?;
                let builder = builder.$required(value);
            )*
            $(
                let name = stringify!($optional);
                let value: Option<$optional_ty> =
                    input.get(name).map(|value| value_of(name, Some(value))).transpose()?;
                let builder = match value {
                    Some(value) => builder.$optional(value),
                    None => builder,
                };
            )*
            #[allow(unused_mut, reason = "only Guardrails has a constant field")]
            let mut event = builder.build();
            $(
                let name = stringify!($constant);
                if let Some(value) = input.get(name) {
                    let value: $constant_ty = value_of(name, Some(value))?;
                    event.$constant = value;
                }
            )*
            Ok(Box::new(event))
        }
    };
}

event! {
    fn guardrails_event -> GuardrailsUsageEvent;
    required {}
    optional {
        session_id: Cow<'static, str>,
        nemoguardrails_version: Cow<'static, str>,
        python_version: Cow<'static, str>,
        platform: Cow<'static, str>,
        os_name: Label,
        colang_version: Label,
        llm_providers: Vec<Cow<'static, str>>,
        num_rails_configured: i64,
        rail_types_in_use: Vec<Label>,
        tracing_enabled: bool,
        deployment_type: guardrails::DeploymentType,
        rails_engine: RailsEngine,
        has_knowledge_base: bool,
        streaming_configured: bool,
        builtin_features: Vec<Label>,
        num_custom_flows: i64,
        timestamp: f64,
        event: EventType,
    }
    constant { nemo_source: NemoSource, }
}

event! {
    fn anonymizer_event -> AnonymizerEvent;
    required {
        task: anonymizer::Task,
        task_status: TaskStatus,
        transformation_type: Label,
        entity_detector_model: Cow<'static, str>,
        entity_validator_model: Cow<'static, str>,
        entity_augmenter_model: Cow<'static, str>,
    }
    optional {
        nemo_source: NemoSource,
        deployment_type: anonymizer::DeploymentType,
        job_duration_sec: f64,
        num_input_records: i64,
        num_success_records: i64,
        num_failure_records: i64,
        avg_tokens_per_record: i64,
        custom_data_summary_provided: bool,
        custom_privacy_goal_provided: bool,
        custom_substitute_instructions_provided: bool,
        max_repair_iterations: i64,
        strict_entity_protection: bool,
        repair_iterations_triggered: i64,
        latent_detector_model: Cow<'static, str>,
        replacement_generator_model: Cow<'static, str>,
        domain_classifier_model: Cow<'static, str>,
        disposition_analyzer_model: Cow<'static, str>,
        meaning_extractor_model: Cow<'static, str>,
        qa_generator_model: Cow<'static, str>,
        rewriter_model: Cow<'static, str>,
        evaluator_model: Cow<'static, str>,
        repairer_model: Cow<'static, str>,
        judge_model: Cow<'static, str>,
        model_hosts: Vec<Label>,
        entity_detection_failure_count: i64,
        latent_detection_failure_count: i64,
        replace_map_generation_failure_count: i64,
        rewrite_pipeline_failure_count: i64,
        rewrite_evaluate_failure_count: i64,
        rewrite_repair_failure_count: i64,
        rewrite_final_judge_failure_count: i64,
        unknown_step_failure_count: i64,
    }
    constant {}
}

event! {
    fn train_and_generation_event -> TrainAndGenerationEvent;
    required { task: Label, task_status: TaskStatus, }
    optional {
        nemo_source: NemoSource,
        deployment_type: safe_synthesizer::DeploymentType,
        job_duration_sec: f64,
        num_records_generated: i64,
        num_tokens_generated: i64,
        replace_pii_enabled: bool,
        differential_privacy_enabled: bool,
        time_series_enabled: bool,
        group_by_enabled: bool,
        input_records_bucket: Label,
        input_columns_bucket: Label,
        synthetic_quality_score: f64,
        data_privacy_score: f64,
        model: Cow<'static, str>,
        gpu: Cow<'static, str>,
    }
    constant {}
}

event! {
    fn nat_cli_command -> NatCliCommand;
    required { command: Label, task_status: TaskStatus, python_version: Cow<'static, str>, }
    optional {
        nemo_source: NemoSource,
        subcommand: Label,
        duration_ms: i64,
        exit_code: i64,
        error_class: Label,
    }
    constant {}
}

event! {
    fn inference_event -> InferenceEvent;
    required {
        nemo_source: NemoSource,
        task: Label,
        task_status: TaskStatus,
        model: Cow<'static, str>,
    }
    optional {
        deployment_type: data_designer::DeploymentType,
        model_group: Cow<'static, str>,
        input_bytes: i64,
        input_tokens: i64,
        output_bytes: i64,
        output_tokens: i64,
    }
    constant {}
}
