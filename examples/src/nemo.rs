//! What the products share: constants of the family, how a deployment is named and a program takes
//! its leave, and enums that the registry knows by one name.
//!
//! A product that emits only some of the values of an enum declares its own under the same registry
//! name, so that it cannot send one that is not its own. [`DeploymentType`] is the whole set, which
//! is what the registry document lists.

use std::{ffi::OsStr, str::FromStr, time::Duration};

use telemetry_runtime::{Client, TelemetryEnum, field::HasSentinel, health::FlushOutcome};

/// The family's `clientId`.
pub const CLIENT_ID: &str = "184482118588404";

/// Who receives what the products send.
pub const RECIPIENT: &str = "NVIDIA";

/// Where the products send. Nothing in this repository runs with it: examples and tests send to a
/// collector on loopback.
pub const INGEST: &str = "https://events.telemetry.data.nvidia.com/v1.1/events/json";

/// What a command waits at its end for its one event.
pub const LEAVE: Duration = Duration::from_millis(500);

/// What a job waits at its end for the last of its many events.
pub const STOP: Duration = Duration::from_secs(30);

/// How a product is deployed, in the values that it knows.
pub trait Deployment: HasSentinel + FromStr {
    /// What holds where nobody says anything.
    const UNSET: Self;

    /// The deployment that `NEMO_DEPLOYMENT_TYPE` names, in any case; [`UNSET`](Self::UNSET) when it
    /// is not set, `undefined` for what the product does not know.
    #[must_use]
    fn from_environment(value: Option<impl AsRef<OsStr>>) -> Self {
        let text = |name: &OsStr| name.to_string_lossy().to_lowercase();
        let named = value.map(|name| text(name.as_ref()).parse());
        named.map_or(Self::UNSET, |known| {
            known.unwrap_or_else(|_| Self::sentinel())
        })
    }
}

/// Ends a client within `budget`: sends what is held, and once more what a collector put off.
pub fn finish(client: &Client, budget: Duration) -> FlushOutcome {
    let first = budget / 2;
    let _ = client.flush(first);
    client.shutdown(budget - first)
}

/// The NeMo product that an event comes from.
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
    /// Not known.
    #[event(fallback)]
    Undefined,
}

/// How a product is deployed: the values of all products.
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
    /// Not known.
    #[event(fallback)]
    Undefined,
}

/// How a task ended. Some products say success or failure, others completed or error.
#[derive(TelemetryEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[event(name = "TaskStatusEnum", rename_all = "lowercase")]
#[non_exhaustive]
pub enum TaskStatus {
    /// It did what it was asked to do.
    Success,
    /// It did not.
    Failure,
    /// It ran to its end.
    Completed,
    /// It stopped at an error.
    Error,
    /// It was called off.
    Canceled,
    /// It was interrupted from the keyboard.
    Interrupted,
    /// Not known.
    #[event(fallback)]
    Undefined,
}
