//! The telemetry of a job: an event for each call of a model, from any number of threads.
//!
//! Must never slow a call down or fail it: recording copies some two hundred bytes, a full queue
//! refuses and counts, and requests are made by one thread in the background, fifty events each.

use telemetry_runtime::{Client, Count};

use super::InferenceEvent;
use crate::nemo::TaskStatus;

/// A model that a job uses, and what is the same about all of its calls. Each thread has a clone.
///
/// ```
/// use telemetry_examples::{data_designer::{DATA_DESIGNER, InferenceEvent, Model}, nemo};
/// use telemetry_runtime::{Client, Label};
///
/// # fn complete(prompt: &str) -> Result<String, ()> { Ok(prompt.to_owned()) }
/// let builder = Client::builder(&DATA_DESIGNER);
/// # let builder = builder.disabled();
/// let telemetry = builder.build();
/// let event = InferenceEvent::builder()
///     .nemo_source(nemo::NemoSource::DataDesigner)
///     .task(Label("preview"))
///     .task_status(nemo::TaskStatus::Failure) // until a call says otherwise
///     .model("nvidia/nemotron-3-nano-30b-a3b")
///     .build();
/// let model = Model { client: telemetry.client(), event };
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
    /// What records the calls.
    pub client: Client,
    /// What is the same about all calls: the model's name and group, the job's task.
    pub event: InferenceEvent,
}

impl Model {
    /// Records a call: bytes and tokens that went in, and those that came out; `None` when it failed.
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
    use telemetry_runtime::{Label, TelemetryEvent, testing::Capture};

    use super::*;
    use crate::{data_designer::DeploymentType, nemo::NemoSource};

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
        let event = InferenceEvent::builder()
            .nemo_source(NemoSource::DataDesigner)
            .task(Label("batch"))
            .task_status(TaskStatus::Failure)
            .model("m")
            .build();
        let client = capture.client();
        let model = Model { client, event };
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
