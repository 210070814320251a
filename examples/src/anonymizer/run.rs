//! A scope guard that records one event about a run when the run ends.
//!
//! **Invariants.** Telemetry never fails a run and never reads a record while it is off. The drop
//! waits at most [`Run::exit_timeout`] for delivery.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use telemetry_runtime::{ClientBuilder, TelemetryGuard, privacy::Count};

use super::{
    AnonymizerEvent, DeploymentType, Settings, Strategy, Task, avg_tokens_per_record,
    classify_model_host, collect_model_hosts, sort_join_aliases,
};
use crate::nemo::{COMMAND_EXIT_TIMEOUT, TaskStatus, finish};

/// One run of Anonymizer.
///
/// Its drop records and sends the event within [`exit_timeout`](Self::exit_timeout). The status is
/// `error` unless [`completed`](Self::completed) or [`canceled`](Self::canceled) was called, so an
/// early return, a `?` or a panic is reported as an error.
///
/// ```
/// use telemetry_examples::anonymizer::{ANONYMIZER, DeploymentType, Run, Settings, Task};
/// use telemetry_runtime::Client;
///
/// # fn anonymize(_: &str) -> Option<String> { None }
/// let settings = Settings::default();
/// let builder = Client::builder(&ANONYMIZER);
/// # let builder = builder.disabled();
/// let run = Run::start(builder, Task::Batch, &settings, DeploymentType::Sdk);
/// let records = ["Call 555 0100."];
/// let failed = records.iter().filter(|record| anonymize(record).is_none());
/// let failed: Vec<_> = failed.map(|_| "entity-detection").collect();
/// run.completed(&records, &failed); // recorded and sent here
/// ```
#[derive(Debug)]
#[must_use = "dropping it ends the run"]
pub struct Run {
    /// The client of the run. A clone reports the delivery of the event after the run.
    pub telemetry: TelemetryGuard,
    event: AnonymizerEvent,
    start: Instant,
    /// Maximum time that the drop waits for delivery. Default: [`COMMAND_EXIT_TIMEOUT`].
    pub exit_timeout: Duration,
}

impl Run {
    /// Starts a run. Telemetry is off if [`Settings::emit_telemetry`] is false.
    pub fn start(
        builder: ClientBuilder,
        task: Task,
        settings: &Settings,
        deployment: DeploymentType,
    ) -> Self {
        let builder = match settings.emit_telemetry {
            true => builder,
            false => builder.disabled(),
        };
        Self {
            telemetry: builder.build(),
            event: initial_event(task, settings, deployment),
            start: Instant::now(),
            exit_timeout: COMMAND_EXIT_TIMEOUT,
        }
    }

    /// Adds the tokens of a request to a model. The event has their sum, even if the run fails.
    pub fn add_input_tokens(&mut self, tokens: usize) {
        let sum = &mut self.event.input_tokens;
        *sum = sum.saturating_add(Count::from(tokens).get());
    }

    /// The run ran to completion. `failed` has the step of each failed record.
    pub fn completed<R: AsRef<str>>(mut self, records: &[R], failed: &[&str]) {
        if self.telemetry.is_on() {
            let event = &mut self.event;
            event.job_duration_sec = self.start.elapsed().as_secs_f64();
            event.task_status = TaskStatus::Completed;
            event.num_input_records = Count::from(records.len()).get();
            event.num_failure_records = Count::from(failed.len()).get();
            event.num_success_records =
                (event.num_input_records - event.num_failure_records).max(0);
            event.avg_tokens_per_record = avg_tokens_per_record(records);
            for step in failed {
                *failures_at(event, step) += 1;
            }
            if event.transformation_type == Strategy::Rewrite.label() {
                let repair = |step: &&str| iteration(step, "rewrite-repair-");
                let repairs: BTreeSet<_> = failed.iter().filter_map(repair).collect();
                event.repair_iterations_triggered = Count::from(repairs.len()).get();
            }
        }
    }

    /// The run was canceled.
    pub fn canceled(mut self) {
        self.event.task_status = TaskStatus::Canceled;
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if self.event.job_duration_sec < 0.0 {
            self.event.job_duration_sec = self.start.elapsed().as_secs_f64();
        }
        self.telemetry.record(&self.event);
        let _ = finish(&self.telemetry, self.exit_timeout);
    }
}

/// The event at the start of a run. Its status is `error` until the run completes or is canceled.
fn initial_event(task: Task, settings: &Settings, deployment: DeploymentType) -> AnonymizerEvent {
    let rewrites = settings.strategy == Strategy::Rewrite;
    let substitutes = settings.strategy == Strategy::Substitute;
    let models = |step: &str, runs: bool| {
        let aliases = settings.models.get(step).into_iter().flatten();
        sort_join_aliases(aliases.filter(|_| runs))
    };
    let hosts = settings.providers.iter();
    let hosts = hosts.map(|it| Some(classify_model_host(Some(it))));
    AnonymizerEvent::builder()
        .task(task)
        .task_status(TaskStatus::Error)
        .transformation_type(settings.strategy.label())
        .entity_detector_model(models("entity_detector", true))
        .entity_validator_model(models("entity_validator", true))
        .entity_augmenter_model(models("entity_augmenter", true))
        .deployment_type(deployment)
        .custom_data_summary_provided(settings.data_summary)
        .custom_privacy_goal_provided(rewrites && settings.privacy_goal)
        .custom_substitute_instructions_provided(substitutes && settings.substitute_instructions)
        .maybe_max_repair_iterations(rewrites.then(|| settings.max_repair_iterations.into()))
        .strict_entity_protection(rewrites && settings.strict_entity_protection)
        .latent_detector_model(models("latent_detector", rewrites))
        .replacement_generator_model(models("replacement_generator", substitutes))
        .domain_classifier_model(models("domain_classifier", rewrites))
        .disposition_analyzer_model(models("disposition_analyzer", rewrites))
        .meaning_extractor_model(models("meaning_extractor", rewrites))
        .qa_generator_model(models("qa_generator", rewrites))
        .rewriter_model(models("rewriter", rewrites))
        .evaluator_model(models("evaluator", rewrites))
        .repairer_model(models("repairer", rewrites))
        .model_hosts(collect_model_hosts(hosts))
        .build()
}

/// The failure counter of a step.
fn failures_at<'e>(event: &'e mut AnonymizerEvent, step: &str) -> &'e mut i64 {
    let is_repeated = |prefix| iteration(step, prefix).is_some();
    match step {
        "entity-detection" => &mut event.entity_detection_failure_count,
        "latent-entity-detection" => &mut event.latent_detection_failure_count,
        "replace-map-generation" => &mut event.replace_map_generation_failure_count,
        "rewrite-pipeline" => &mut event.rewrite_pipeline_failure_count,
        "rewrite-final-judge" => &mut event.rewrite_final_judge_failure_count,
        _ if is_repeated("rewrite-evaluate-") => &mut event.rewrite_evaluate_failure_count,
        _ if is_repeated("rewrite-repair-") => &mut event.rewrite_repair_failure_count,
        _ => &mut event.unknown_step_failure_count,
    }
}

/// The iteration at the end of a step name, such as 2 in `rewrite-repair-2`.
fn iteration(step: &str, prefix: &str) -> Option<u32> {
    step.strip_prefix(prefix)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use telemetry_runtime::{Client, Product, transport::MemoryTransport};

    use super::*;
    use crate::nemo::JOB_EXIT_TIMEOUT;

    static ON: Product = Product::new("test").default_on(true);

    /// The parameters of the event that `run` sends.
    fn recorded(settings: &Settings, run: impl FnOnce(Run)) -> Option<serde_json::Value> {
        let memory = MemoryTransport::new();
        let builder = Client::builder(&ON).env(|_| None).transport(memory.clone());
        let mut started = Run::start(builder, Task::Preview, settings, DeploymentType::Cli);
        // 500 ms is not enough on a slow machine.
        started.exit_timeout = JOB_EXIT_TIMEOUT;
        run(started);
        let bodies = memory.bodies();
        assert!(bodies.len() <= 1);
        let envelope: serde_json::Value = serde_json::from_slice(bodies.first()?).unwrap();
        Some(envelope["events"][0]["parameters"].clone())
    }

    #[test]
    fn a_run_that_is_only_dropped_has_failed() {
        let event = recorded(&Settings::default(), drop).unwrap();
        assert_eq!(event["taskStatus"], "error");
        for unknown in ["numInputRecords", "numSuccessRecords", "numFailureRecords"] {
            assert_eq!(event[unknown], -1);
        }
        assert_eq!(event["avgTokensPerRecord"], -1);
        assert!(event["jobDurationSec"].as_f64().unwrap() >= 0.0);
        let canceled = recorded(&Settings::default(), Run::canceled).unwrap();
        assert_eq!(canceled["taskStatus"], "canceled");
    }

    #[test]
    fn tokens_sent_to_models_are_added_and_zero_without_a_model() {
        let settings = Settings::default();
        let tokens = |counts: &[usize]| {
            let run = |mut run: Run| counts.iter().for_each(|count| run.add_input_tokens(*count));
            recorded(&settings, run).unwrap()["inputTokens"].clone()
        };
        assert_eq!(tokens(&[]), 0);
        assert_eq!(tokens(&[40, 2]), 42);
        assert_eq!(tokens(&[usize::MAX, usize::MAX]), i64::MAX);
    }

    #[test]
    fn each_failure_is_counted_at_its_step() {
        let failed = [
            "entity-detection",
            "rewrite-repair-2",
            "rewrite-repair-1",
            "unknown-step",
        ];
        let run = |run: Run| run.completed(&["a b"; 5], &failed);
        let event = recorded(&Settings::default(), run).unwrap();
        assert_eq!(event["taskStatus"], "completed");
        assert_eq!(event["numSuccessRecords"], 1);
        assert_eq!(event["entityDetectionFailureCount"], 1);
        assert_eq!(event["rewriteRepairFailureCount"], 2);
        assert_eq!(event["unknownStepFailureCount"], 1);
        assert_eq!(event["avgTokensPerRecord"], 2);
        assert_eq!(event["repairIterationsTriggered"], -1);
    }

    #[test]
    fn repairs_of_a_rewrite_are_counted_by_iteration() {
        let settings = Settings {
            strategy: Strategy::Rewrite,
            ..Settings::default()
        };
        for (failed, counts) in [
            (&[][..], [0, 0, 0, 0]),
            (
                &["rewrite-repair-0", "rewrite-repair-1", "rewrite-repair-1"][..],
                [2, 0, 3, 0],
            ),
            (&["rewrite-repair-", "rewrite-evaluate-1"][..], [0, 1, 0, 1]),
        ] {
            let event = recorded(&settings, |run| run.completed(&["a"; 3], failed)).unwrap();
            let fields = [
                "repairIterationsTriggered",
                "rewriteEvaluateFailureCount",
                "rewriteRepairFailureCount",
                "unknownStepFailureCount",
            ];
            assert_eq!(fields.map(|field| event[field].as_i64().unwrap()), counts);
        }
    }

    #[test]
    fn a_step_that_does_not_run_sends_no_model() {
        let models = ["entity_validator", "rewriter", "replacement_generator"];
        let models = models.map(|step| (step.to_owned(), vec!["b".to_owned(), "a".to_owned()]));
        let mut settings = Settings {
            models: models.into(),
            ..Settings::default()
        };
        let event = recorded(&settings, drop).unwrap();
        assert_eq!(event["entityValidatorModel"], "a,b");
        assert_eq!(event["rewriterModel"], "not_applicable");
        assert_eq!(event["maxRepairIterations"], -1);
        assert_eq!(event["modelHosts"], serde_json::json!(["other"]));
        settings.strategy = Strategy::Rewrite;
        let event = recorded(&settings, drop).unwrap();
        assert_eq!(event["rewriterModel"], "a,b");
        assert_eq!(event["replacementGeneratorModel"], "not_applicable");
        assert_eq!(event["maxRepairIterations"], 3);
    }

    #[test]
    fn settings_that_opt_out_send_no_event() {
        let settings = Settings {
            emit_telemetry: false,
            ..Settings::default()
        };
        assert_eq!(recorded(&settings, |run| run.completed(&["a"], &[])), None);
    }
}
