//! The telemetry of Safe Synthesizer's jobs: one event for each, in the background or all at the end.
//!
//! Must never fail a job, and never say how large its input was in more than a bucket.

use std::time::{Duration, Instant};

use telemetry_runtime::{
    Allowlisted, Client, ClientBuilder, Label, TelemetryGuard, health::FlushOutcome, privacy,
    telemetry_labels,
};

use super::{DeploymentType, InputColumns, InputRecords, TrainAndGenerationEvent};
use crate::nemo::{STOP, TaskStatus, finish};

/// The jobs of one process.
///
/// Events are sent in the [background](Self::background) while jobs go on, or all together when the
/// last one has ended ([`fire_and_flush`](Self::fire_and_flush)). Each mode ends with
/// [`stop`](Self::stop) where a thread may wait and with [`astop`](Self::astop) in async code; a
/// drop without either waits for the exit budget.
///
/// ```
/// use telemetry_examples::safe_synthesizer::{DeploymentType, Jobs, SAFE_SYNTHESIZER, Tasks};
/// use telemetry_runtime::Client;
///
/// let builder = Client::builder(&SAFE_SYNTHESIZER);
/// # let builder = builder.disabled();
/// let jobs = Jobs::background(builder, DeploymentType::Slurm);
/// let mut job = jobs.start(Tasks::get("run"));
/// job.input(1_234, 8);
/// job.model(Some("HuggingFaceTB/SmolLM3-3B"));
/// job.completed();
/// let _ = jobs.stop();
/// ```
#[derive(Debug)]
#[must_use = "dropping it at once shuts telemetry down"]
pub struct Jobs {
    /// The client of the jobs.
    pub telemetry: TelemetryGuard,
    deployment: DeploymentType,
}

impl Jobs {
    /// Events are sent every two minutes, or as soon as there are fifty.
    pub fn background(builder: ClientBuilder, deployment: DeploymentType) -> Self {
        Self {
            telemetry: builder.build(),
            deployment,
        }
    }

    /// Events are sent when the client is [flushed](Client::flush) or [`stop`](Self::stop) is called,
    /// or when there are fifty.
    pub fn fire_and_flush(builder: ClientBuilder, deployment: DeploymentType) -> Self {
        // Longer than any process.
        Self::background(builder.flush_interval(Duration::MAX), deployment)
    }

    /// A job begins.
    pub fn start(&self, task: Allowlisted<Tasks>) -> Job {
        let event = TrainAndGenerationEvent::builder()
            .task(Label(task.as_str()))
            // Until it says otherwise.
            .task_status(TaskStatus::Error)
            .deployment_type(self.deployment)
            .build();
        Job {
            client: self.telemetry.client(),
            event,
            start: Instant::now(),
        }
    }

    /// Sends what is held, what failed once more, and ends: after [`STOP`] at the latest.
    pub fn stop(self) -> FlushOutcome {
        finish(&self.telemetry, STOP)
    }

    /// As [`stop`](Self::stop), on any async runtime.
    pub async fn astop(self) -> FlushOutcome {
        let _ = self.telemetry.flush_async(STOP / 2).await;
        self.telemetry.shutdown_async(STOP / 2).await
    }
}

telemetry_labels! {
    /// What a job does: one of its stages, or all of them.
    pub Tasks = ["train", "generate", "evaluate", "run"]
}

/// One job. Its drop records the event; a job that is dropped before it was
/// [completed](Self::completed) has ended in an error. Scores that nobody sets are -1.0.
#[derive(Debug)]
#[must_use = "it ends where it is dropped"]
pub struct Job {
    client: Client,
    /// What is known of it so far: switches, numbers and scores are set here.
    pub event: TrainAndGenerationEvent,
    start: Instant,
}

impl Job {
    /// The size of the input, of which the buckets are kept.
    pub fn input(&mut self, records: usize, columns: usize) {
        self.event.input_records_bucket = Label(InputRecords::of(records).as_str());
        self.event.input_columns_bucket = Label(InputColumns::of(columns).as_str());
    }

    /// The pretrained model: its repository id, or that it is a path, which is not kept.
    pub fn model(&mut self, name: Option<&str>) {
        self.event.model = privacy::repository_label(name);
    }

    /// The job came to its end.
    pub fn completed(mut self) {
        self.event.task_status = TaskStatus::Completed;
    }

    /// The job was called off.
    pub fn canceled(mut self) {
        self.event.task_status = TaskStatus::Canceled;
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.event.job_duration_sec = self.start.elapsed().as_secs_f64();
        self.client.record(&self.event);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use telemetry_runtime::{Product, transport::MemoryTransport};

    use super::*;

    static ON: Product = Product::new("test").default_on(true);

    fn builder(memory: &MemoryTransport) -> ClientBuilder {
        let builder = Client::builder(&ON).env(|_| None);
        builder.transport(memory.clone())
    }

    fn statuses(memory: &MemoryTransport) -> Vec<Vec<String>> {
        let text = |event: &Value| {
            event["parameters"]["taskStatus"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        let envelope = |body: &Vec<u8>| -> Vec<String> {
            let envelope: Value = serde_json::from_slice(body).unwrap();
            envelope["events"]
                .as_array()
                .unwrap()
                .iter()
                .map(text)
                .collect()
        };
        memory.bodies().iter().map(envelope).collect()
    }

    #[test]
    fn fire_and_flush_sends_nothing_before_it_is_asked_to() {
        let memory = MemoryTransport::new();
        let jobs = Jobs::fire_and_flush(builder(&memory), DeploymentType::Sdk);
        jobs.start(Tasks::get("train")).completed();
        jobs.start(Tasks::get("generate")).canceled();
        drop(jobs.start(Tasks::get("evaluate")));
        assert_eq!(memory.bodies().len(), 0);
        assert_eq!(jobs.stop(), FlushOutcome::Complete);
        assert_eq!(statuses(&memory), [["completed", "canceled", "error"]]);
    }

    #[test]
    fn the_background_sends_as_soon_as_there_are_fifty() {
        let memory = MemoryTransport::new();
        let jobs = Jobs::background(builder(&memory), DeploymentType::Sdk);
        for _ in 0..50 {
            jobs.start(Tasks::get("run")).completed();
        }
        assert!(memory.wait_for(1, STOP));
        assert_eq!(jobs.stop(), FlushOutcome::Complete);
        assert_eq!(statuses(&memory).concat().len(), 50);
    }
}
