//! The telemetry of a job: an event for each call of a model, from any number of threads.
//!
//! Must never slow a call down or fail it: recording copies some two hundred bytes, a full queue
//! refuses and counts, and requests are made by one thread in the background, fifty events each.

use std::borrow::Cow;

use telemetry_runtime::{Client, Count, Label};

use super::{DeploymentType, InferenceEvent};
use crate::nemo::{NemoSource, TaskStatus};

/// Kind of job: a few records, to look at.
pub const PREVIEW: Label = Label("preview");

/// Kind of job: all records.
pub const BATCH: Label = Label("batch");

/// A model that a job uses, and what is the same about all of its calls. Each thread has a clone.
///
/// ```
/// use telemetry_examples::{data_designer::{DATA_DESIGNER, DeploymentType, Model, PREVIEW}, nemo};
/// use telemetry_runtime::Client;
///
/// # fn complete(prompt: &str) -> Result<String, ()> { Ok(prompt.to_owned()) }
/// let builder = Client::builder(&DATA_DESIGNER);
/// # let builder = builder.disabled();
/// let telemetry = builder.build();
/// let (client, name) = (telemetry.client(), "nvidia/nemotron-3-nano-30b-a3b");
/// let model = Model::new(client, PREVIEW, DeploymentType::Library, name, None);
/// std::thread::scope(|scope| {
///     for _ in 0..4 {
///         scope.spawn(|| {
///             let answer = complete("Tell a story.");
///             // Bytes and tokens.
///             model.called((13, 4), answer.ok().map(|text| (text.len(), 4)));
///         });
///     }
/// });
/// let _ = nemo::finish(&telemetry, nemo::STOP);
/// ```
#[derive(Clone, Debug)]
pub struct Model {
    client: Client,
    event: InferenceEvent,
}

impl Model {
    /// The model with this name and group, as the configuration gives them.
    #[must_use]
    pub fn new(
        client: Client,
        task: Label,
        deployment: DeploymentType,
        name: &str,
        group: Option<&str>,
    ) -> Self {
        let event = InferenceEvent::builder()
            .nemo_source(NemoSource::DataDesigner)
            .task(task)
            .task_status(TaskStatus::Failure)
            .model(name.to_owned())
            .deployment_type(deployment)
            .maybe_model_group(group.map(|group| Cow::Owned(group.to_owned())))
            .build();
        Self { client, event }
    }

    /// Records a call: bytes and tokens that went in, and those that came out unless it failed.
    pub fn called(&self, input: (usize, usize), output: Option<(usize, usize)>) {
        self.client.record_with(|| {
            let mut event = self.event.clone();
            event.input_bytes = Count::from(input.0).get();
            event.input_tokens = Count::from(input.1).get();
            if let Some((bytes, tokens)) = output {
                event.task_status = TaskStatus::Success;
                event.output_bytes = Count::from(bytes).get();
                event.output_tokens = Count::from(tokens).get();
            }
            event
        });
    }
}

#[cfg(test)]
mod tests {
    use telemetry_runtime::{TelemetryEvent, testing::Capture};

    use super::*;

    /// An event as Data Designer declared it before 1.9.
    #[derive(TelemetryEvent)]
    #[event(name = "inference_event", schema = "1.8")]
    struct Older {
        deployment_type: DeploymentType,
    }

    #[test]
    fn an_older_schema_does_not_know_internal_use() {
        let capture = Capture::new();
        let client = capture.client();
        let event = |deployment| Older::builder().deployment_type(deployment).build();
        client.record(&event(DeploymentType::NvidiaInternal));
        client.record(&event(DeploymentType::Api));
        assert_eq!(
            capture.events::<Older>(),
            [
                r#"{"deploymentType":"undefined"}"#,
                r#"{"deploymentType":"api"}"#
            ]
        );
        assert_eq!(client.health().coerced(), 1);
    }

    #[test]
    fn a_call_without_output_has_failed() {
        let capture = Capture::new();
        let deployment = DeploymentType::Api;
        let model = Model::new(capture.client(), BATCH, deployment, "m", None);
        model.called((3, 2), None);
        model.called((3, 2), Some((5, 4)));
        let [failed, succeeded]: [String; 2] = capture
            .events::<InferenceEvent>()
            .try_into()
            .expect("two events");
        assert!(failed.contains(r#""taskStatus":"failure""#), "{failed}");
        assert!(
            failed.ends_with(r#""inputTokens":2,"outputBytes":-1,"outputTokens":-1}"#),
            "{failed}"
        );
        assert!(succeeded.contains(r#""taskStatus":"success""#));
        assert!(
            succeeded.ends_with(r#""inputTokens":2,"outputBytes":5,"outputTokens":4}"#),
            "{succeeded}"
        );
    }
}
