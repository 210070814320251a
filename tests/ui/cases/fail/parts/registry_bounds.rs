// The sentinel and a default of a part must be in the range of the document.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent, TelemetryFields};

/// How it is deployed.
#[derive(TelemetryEnum)]
#[event(name = "DeploymentTypeEnum")]
enum Deployment {
    Cli,
    #[event(fallback)]
    Undefined,
}

/// Attempts.
#[derive(TelemetryFields)]
struct Attempts {
    /// Retries.
    retries: i64,
}

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "job_event", schema = "1.0", registry = "schemas/events.json")]
struct Run {
    /// Deployment.
    deployment_type: Deployment,
    /// Time of the GPU.
    gpu_seconds: f64,
    /// Whether it was cached.
    cached: bool,
    /// Time.
    elapsed: f64,
    #[event(flatten)]
    attempts: Attempts,
}

fn main() {}
