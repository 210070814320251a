//! Constants, enums and functions that the NeMo products share.
//!
//! A product that uses only some values of a shared enum declares its own enum under the same
//! registry name and cannot send other values. [`DeploymentType`] has all values, as the registry
//! document lists them.

use std::{ffi::OsStr, str::FromStr, time::Duration};

use telemetry_runtime::{
    Client, Family, Product, TelemetryEnum, field::HasSentinel, health::FlushOutcome,
};

/// `clientId` of the NeMo products.
pub const CLIENT_ID: &str = "184482118588404";

/// The family of the NeMo products. `NEMO_TELEMETRY_ENABLED` turns all of them off.
pub const FAMILY: Family =
    Family::new("NEMO_TELEMETRY_ENABLED").system_version("nemo-telemetry/1.0");

/// Recipient of the events, shown in disclosures.
pub const RECIPIENT: &str = "NVIDIA";

/// Production endpoint of the products. Examples and tests never use it: they send to a collector
/// on loopback.
pub const INGEST: &str = "https://events.telemetry.data.nvidia.com/v1.1/events/json";

/// A product of the family, with the facts that all of them share.
#[must_use]
pub const fn product(name: &'static str) -> Product {
    Product::new(name)
        .client_id(CLIENT_ID)
        .family(FAMILY)
        .recipient(RECIPIENT)
        .endpoint(INGEST)
}

/// Maximum time that a command waits at exit for the delivery of its one event.
pub const COMMAND_EXIT_TIMEOUT: Duration = Duration::from_millis(500);

/// Maximum time that a job waits at exit for the delivery of its remaining events.
pub const JOB_EXIT_TIMEOUT: Duration = Duration::from_secs(30);

/// A product's own deployment types.
pub trait Deployment: HasSentinel + FromStr {
    /// Deployment type when `NEMO_DEPLOYMENT_TYPE` is not set.
    const UNSET: Self;

    /// Parses the value of `NEMO_DEPLOYMENT_TYPE`, ignoring case. An unset variable gives
    /// [`UNSET`](Self::UNSET), an unknown value `undefined`.
    #[must_use]
    fn from_env(value: Option<impl AsRef<OsStr>>) -> Self {
        let text = |name: &OsStr| name.to_string_lossy().to_lowercase();
        let named = value.map(|name| text(name.as_ref()).parse());
        named.map_or(Self::UNSET, |known| {
            known.unwrap_or_else(|_| Self::sentinel())
        })
    }
}

/// Flushes the client and shuts it down, within `timeout` in total. The shutdown sends a batch again
/// that the collector asked to retry during the flush.
pub fn finish(client: &Client, timeout: Duration) -> FlushOutcome {
    let flush = timeout / 2;
    let _ = client.flush(flush);
    client.shutdown(timeout - flush)
}

/// NeMo product that sent the event.
#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[event(name = "NemoSourceEnum", rename_all = "lowercase")]
#[non_exhaustive]
pub enum NemoSource {
    /// The inference service.
    Inference,
    /// Auditor.
    Auditor,
    /// Data Designer.
    DataDesigner,
    /// Evaluator.
    Evaluator,
    /// Guardrails.
    Guardrails,
    /// Safe Synthesizer.
    #[event(rename = "safe-synthesizer")]
    SafeSynthesizer,
    /// Anonymizer.
    Anonymizer,
    /// Agent Toolkit.
    #[event(rename = "agent_toolkit")]
    AgentToolkit,
    /// Unknown.
    #[event(fallback)]
    Undefined,
}

/// How the product is deployed.
#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[event(name = "DeploymentTypeEnum", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DeploymentType {
    /// Imported as a library.
    Library,
    /// Behind an HTTP API.
    Api,
    /// Run from a command line.
    Cli,
    /// Used through the SDK.
    Sdk,
    /// Run by the NeMo platform.
    Nmp,
    /// A job of a Slurm cluster.
    Slurm,
    /// A job of a Slurm cluster inside NVIDIA.
    SlurmNvidiaInternal,
    /// Any other use inside NVIDIA.
    NvidiaInternal,
    /// Unknown.
    #[event(fallback)]
    Undefined,
}

/// How a task ended. Some products use success and failure, others completed and error.
#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[event(name = "TaskStatusEnum", rename_all = "lowercase")]
#[non_exhaustive]
pub enum TaskStatus {
    /// The task succeeded.
    Success,
    /// The task failed.
    Failure,
    /// The task ran to completion.
    Completed,
    /// The task stopped at an error.
    Error,
    /// The task was canceled.
    Canceled,
    /// The user interrupted the task with Ctrl-C.
    Interrupted,
    /// Unknown.
    #[event(fallback)]
    Undefined,
}
