//! Records one event for each job, and sends events in the background or together at the end.
//!
//! **Invariants.** Telemetry never fails a job. The size of the input leaves only as a bucket.

use std::time::{Duration, Instant};

use telemetry_runtime::{
    Allowlisted, Client, ClientBuilder, Label, TelemetryGuard, health::FlushOutcome, privacy,
    telemetry_labels,
};

use super::{DeploymentType, InputColumns, InputRecords, TrainAndGenerationEvent};
use crate::nemo::{JOB_EXIT_TIMEOUT, TaskStatus, finish};

/// The jobs of one process.
///
/// Events are sent in the [background](Self::background) while jobs run, or together at the end
/// ([`fire_and_flush`](Self::fire_and_flush)). Call [`stop`](Self::stop), or
/// [`stop_async`](Self::stop_async) in async code. Without either, the drop waits for the default exit
/// timeout.
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
#[must_use = "dropping it shuts telemetry down"]
pub struct Jobs {
    /// The client of the jobs.
    pub telemetry: TelemetryGuard,
    deployment: DeploymentType,
}

impl Jobs {
    /// Sends events every 2 minutes, or when 50 are queued.
    pub fn background(builder: ClientBuilder, deployment: DeploymentType) -> Self {
        Self {
            telemetry: builder.build(),
            deployment,
        }
    }

    /// Sends events when the client is [flushed](Client::flush), at [`stop`](Self::stop), or when 50
    /// are queued.
    pub fn fire_and_flush(builder: ClientBuilder, deployment: DeploymentType) -> Self {
        // Disables the timer.
        Self::background(builder.flush_interval(Duration::MAX), deployment)
    }

    /// Starts a job.
    pub fn start(&self, task: Allowlisted<Tasks>) -> Job {
        let event = TrainAndGenerationEvent::builder()
            .task(Label(task.as_str()))
            // Until `completed` or `canceled` is called.
            .task_status(TaskStatus::Error)
            .deployment_type(self.deployment)
            .build();
        Job {
            client: self.telemetry.client(),
            event,
            start: Instant::now(),
        }
    }

    /// Sends the queued events, retries failed batches, and shuts down within [`JOB_EXIT_TIMEOUT`].
    pub fn stop(self) -> FlushOutcome {
        finish(&self.telemetry, JOB_EXIT_TIMEOUT)
    }

    /// [`stop`](Self::stop) for async code, on any runtime.
    pub async fn stop_async(self) -> FlushOutcome {
        let _ = self.telemetry.flush_async(JOB_EXIT_TIMEOUT / 2).await;
        self.telemetry.shutdown_async(JOB_EXIT_TIMEOUT / 2).await
    }
}

telemetry_labels! {
    /// Stages of a job; `run` is all of them.
    pub Tasks = ["train", "generate", "evaluate", "run"]
}

/// One job. Its drop records the event. The status is `error` unless [`completed`](Self::completed)
/// or [`canceled`](Self::canceled) was called. A score that is not set is -1.0.
#[derive(Debug)]
#[must_use = "dropping it ends the job"]
pub struct Job {
    client: Client,
    /// The event. Set settings, counts and scores here.
    pub event: TrainAndGenerationEvent,
    start: Instant,
}

impl Job {
    /// Sets the buckets for the size of the input.
    pub fn input(&mut self, records: usize, columns: usize) {
        self.event.input_records_bucket = Label(InputRecords::of(records).as_str());
        self.event.input_columns_bucket = Label(InputColumns::of(columns).as_str());
    }

    /// Sets the pretrained model: its repository id, or `local_path` for a path.
    pub fn model(&mut self, name: Option<&str>) {
        self.event.model = privacy::repository_label(name);
    }

    /// The job ran to completion.
    pub fn completed(mut self) {
        self.event.task_status = TaskStatus::Completed;
    }

    /// The job was canceled.
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
    fn fire_and_flush_sends_only_at_stop() {
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
    fn background_sends_when_50_events_are_queued() {
        let memory = MemoryTransport::new();
        let jobs = Jobs::background(builder(&memory), DeploymentType::Sdk);
        for _ in 0..50 {
            jobs.start(Tasks::get("run")).completed();
        }
        assert!(memory.wait_for(1, JOB_EXIT_TIMEOUT));
        assert_eq!(jobs.stop(), FlushOutcome::Complete);
        assert_eq!(statuses(&memory).concat().len(), 50);
    }
}
