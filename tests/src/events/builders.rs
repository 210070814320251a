//! Builders of the events from the inputs of the vectors: one setter call for each argument.

use std::borrow::Cow;

use serde_json::{Map, Value};
use telemetry_examples::{
    agent_toolkit::NatCliCommand,
    anonymizer::{self, AnonymizerEvent},
    data_designer::{self, InferenceEvent},
    guardrails::{self, EventType, GuardrailsUsageEvent, RailsEngine},
    nemo::{NemoSource, TaskStatus},
    safe_synthesizer::{self, TrainAndGenerationEvent},
};
use telemetry_runtime::Label;

use super::{NotExpressible, historical, values::value_of};

/// A function that builds one event: required fields, fields with a setter, fields without one.
macro_rules! event {
    (
        fn $function:ident -> $event:ty;
        required { $($required:ident: $required_ty:ty,)* }
        optional { $($optional:ident: $optional_ty:ty,)* }
        constant { $($constant:ident: $constant_ty:ty,)* }
    ) => {
        pub(super) fn $function(
            input: &Map<String, Value>,
        ) -> Result<Box<$event>, NotExpressible> {
            let known = [
                $(stringify!($required),)* $(stringify!($optional),)* $(stringify!($constant),)*
            ];
            if let Some(unknown) = input.keys().find(|key| !known.contains(&key.as_str())) {
                return Err(NotExpressible(format!("there is no field `{unknown}`")));
            }
            let builder = <$event>::builder();
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

/// The fields of both versions of Anonymizer, and those that one of them adds.
macro_rules! anonymizer {
    (fn $function:ident -> $event:ty; $deployment:ty; $($added:ident: $added_ty:ty,)*) => {
        event! {
            fn $function -> $event;
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
                deployment_type: $deployment,
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
                $($added: $added_ty,)*
            }
            constant {}
        }
    };
}

anonymizer! {
    fn anonymizer_event -> AnonymizerEvent;
    anonymizer::DeploymentType;
    input_tokens: i64,
}

anonymizer! {
    fn anonymizer_event_1_7 -> historical::AnonymizerEvent;
    historical::AnonymizerDeployment;
}

/// The fields of both versions of Safe Synthesizer.
macro_rules! safe_synthesizer {
    (fn $function:ident -> $event:ty; $deployment:ty;) => {
        event! {
            fn $function -> $event;
            required { task: Label, task_status: TaskStatus, }
            optional {
                nemo_source: NemoSource,
                deployment_type: $deployment,
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
    };
}

safe_synthesizer! {
    fn train_and_generation_event -> TrainAndGenerationEvent;
    safe_synthesizer::DeploymentType;
}

safe_synthesizer! {
    fn train_and_generation_event_1_4 -> historical::TrainAndGenerationEvent;
    historical::SafeSynthesizerDeployment;
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
