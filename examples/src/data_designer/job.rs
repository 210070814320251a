//! The telemetry of one job: an event for each call of a model, from any number of threads.
//!
//! Must never slow a call down or fail it: recording copies some two hundred bytes, a full queue
//! refuses and counts, and requests are made by one thread in the background, fifty events each.

use std::{borrow::Cow, time::Duration};

use telemetry_runtime::{Client, ClientBuilder, Count, Flushed, Label, Telemetry};

use super::{DeploymentType, InferenceEvent};
use crate::nemo::{NemoSource, TaskStatus, finish};

/// How long [`Job::end`] waits for the last events.
pub const STOP: Duration = Duration::from_secs(30);

/// A job of Data Designer.
///
/// ```
/// use telemetry_examples::data_designer::{DATA_DESIGNER, DeploymentType, Job, Task};
/// use telemetry_runtime::Client;
///
/// # fn complete(prompt: &str) -> Result<String, ()> { Ok(prompt.to_owned()) }
/// let builder = Client::builder(&DATA_DESIGNER);
/// # let builder = builder.disabled();
/// let job = Job::start(builder, Task::Preview, DeploymentType::Library);
/// let model = job.model("nvidia/nemotron-3-nano-30b-a3b", None);
/// std::thread::scope(|scope| {
///     for _ in 0..4 {
///         let model = model.clone();
///         scope.spawn(move || {
///             let answer = complete("Tell a story.");
///             let mut call = model.call();
///             call.input(13, 4);
///             call.output(answer.map(|text| (text.len(), 4)));
///         });
///     }
/// });
/// let _ = job.end();
/// ```
#[derive(Debug)]
#[must_use = "dropping it at once shuts telemetry down"]
pub struct Job {
    telemetry: Telemetry,
    task: Label,
    deployment: DeploymentType,
}

/// Kind of job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// A few records, to look at.
    Preview,
    /// All records.
    Batch,
}

impl Job {
    /// A job begins.
    pub fn start(builder: ClientBuilder, task: Task, deployment: DeploymentType) -> Self {
        let task = match task {
            Task::Preview => Label("preview"),
            Task::Batch => Label("batch"),
        };
        let telemetry = builder.build();
        Self {
            telemetry,
            task,
            deployment,
        }
    }

    /// A model that the job uses, by the name that the configuration gives it.
    #[must_use]
    pub fn model(&self, name: &str, group: Option<&str>) -> Model {
        let event = InferenceEvent::builder()
            .nemo_source(NemoSource::DataDesigner)
            .task(self.task)
            .task_status(TaskStatus::Failure)
            .model(name.to_owned())
            .deployment_type(self.deployment)
            .maybe_model_group(group.map(|group| Cow::Owned(group.to_owned())))
            .build();
        Model {
            client: self.telemetry.client(),
            event,
        }
    }

    /// A handle to ask what became of the events.
    #[must_use]
    pub fn client(&self) -> Client {
        self.telemetry.client()
    }

    /// Sends what is held, what failed once more, and ends: after [`STOP`] at the latest.
    pub fn end(self) -> Flushed {
        finish(&self.telemetry, STOP)
    }
}

/// A model of a job; each thread has a clone.
#[derive(Clone, Debug)]
pub struct Model {
    client: Client,
    event: InferenceEvent,
}

impl Model {
    /// A call of the model.
    pub fn call(&self) -> Call<'_> {
        Call {
            client: &self.client,
            event: self.event.clone(),
        }
    }
}

/// One call. Its drop records the event; a call without an [output](Self::output) has failed.
#[derive(Debug)]
#[must_use = "it ends where it is dropped"]
pub struct Call<'m> {
    client: &'m Client,
    event: InferenceEvent,
}

impl Call<'_> {
    /// What was sent to the model, in bytes and tokens.
    pub fn input(&mut self, bytes: usize, tokens: usize) {
        self.event.input_bytes = Count::from(bytes).get();
        self.event.input_tokens = Count::from(tokens).get();
    }

    /// What came back, in bytes and tokens, unless the call failed.
    pub fn output<E>(mut self, output: Result<(usize, usize), E>) {
        if let Ok((bytes, tokens)) = output {
            self.event.task_status = TaskStatus::Success;
            self.event.output_bytes = Count::from(bytes).get();
            self.event.output_tokens = Count::from(tokens).get();
        }
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.client.record(&self.event);
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
    fn a_call_that_is_only_dropped_has_failed() {
        let capture = Capture::new();
        let event = InferenceEvent::builder()
            .nemo_source(NemoSource::DataDesigner)
            .task(Label("batch"))
            .task_status(TaskStatus::Failure)
            .model("m")
            .build();
        let model = Model {
            client: capture.client(),
            event,
        };
        drop(model.call());
        let mut call = model.call();
        call.input(3, 2);
        call.output(Ok::<_, ()>((5, 4)));
        let events = capture.events::<InferenceEvent>();
        assert!(
            events[0].contains(r#""taskStatus":"failure""#),
            "{events:?}"
        );
        assert!(
            events[0].ends_with(
                r#""inputBytes":-1,"inputTokens":-1,"outputBytes":-1,"outputTokens":-1}"#
            )
        );
        assert!(
            events[1].contains(r#""taskStatus":"success""#),
            "{events:?}"
        );
        assert!(
            events[1]
                .ends_with(r#""inputBytes":3,"inputTokens":2,"outputBytes":5,"outputTokens":4}"#)
        );
    }
}
