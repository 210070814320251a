//! Records one event for each call of a model, from any number of threads.
//!
//! **Invariants.** Recording never blocks a call and never fails it. It copies about 200 bytes into
//! the queue; a full queue refuses and counts the event. One background thread sends the events, 50
//! in each request.

use telemetry_runtime::{Client, Count};

use super::InferenceEvent;
use crate::nemo::TaskStatus;

/// Records the calls of one model. Each thread uses a clone.
///
/// ```
/// use telemetry_examples::{data_designer::{CallRecorder, DATA_DESIGNER, InferenceEvent}, nemo};
/// use telemetry_runtime::{Client, Label};
///
/// # fn complete(prompt: &str) -> Result<String, ()> { Ok(prompt.to_owned()) }
/// let builder = Client::builder(&DATA_DESIGNER);
/// # let builder = builder.disabled();
/// let telemetry = builder.build();
/// let event = InferenceEvent::builder()
///     .nemo_source(nemo::NemoSource::DataDesigner)
///     .task(Label("preview"))
///     .task_status(nemo::TaskStatus::Failure) // of a call without output
///     .model("nvidia/nemotron-3-nano-30b-a3b")
///     .build();
/// let recorder = CallRecorder { client: telemetry.client(), event };
/// std::thread::scope(|scope| {
///     for _ in 0..4 {
///         scope.spawn(|| {
///             let answer = complete("Tell a story.");
///             // Bytes and tokens.
///             recorder.record((13, 4), answer.ok().map(|text| (text.len(), 4)));
///         });
///     }
/// });
/// let _ = nemo::finish(&telemetry, nemo::JOB_EXIT_TIMEOUT);
/// ```
#[derive(Clone, Debug)]
pub struct CallRecorder {
    /// The client that records the events.
    pub client: Client,
    /// Fields that all calls share: the task, and name and group of the model.
    pub event: InferenceEvent,
}

impl CallRecorder {
    /// Records a call with the bytes and tokens of its input and output. A call without output has
    /// failed.
    pub fn record(&self, input: (usize, usize), output: Option<(usize, usize)>) {
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

    /// The event of schema 1.8, before `nvidia-internal` was added.
    #[derive(TelemetryEvent)]
    #[event(name = "inference_event", schema = "1.8")]
    struct Older {
        deployment_type: DeploymentType,
    }

    #[test]
    fn nvidia_internal_is_undefined_before_schema_1_9() {
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
        let recorder = CallRecorder { client, event };
        recorder.record((3, 2), None);
        recorder.record((3, 2), Some((5, 4)));
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
