// A default must not be below the minimum of the registry type.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "job_event", schema = "1.0", registry = "schemas/events.json")]
struct Run {
    /// Deployment of the job.
    deployment_type: DeploymentType,
    /// Time.
    gpu_seconds: f64,
    /// Whether it was cached.
    cached: bool,
    /// Duration.
    elapsed: f64,
    /// Number of runs.
    #[event(default = -5)]
    retries: i64,
}

/// Deployment of a job.
#[derive(TelemetryEnum)]
#[event(name = "DeploymentTypeEnum", rename_all = "lowercase")]
enum DeploymentType {
    Cli,
    Sdk,
    #[event(fallback)]
    Undefined,
}

fn main() {}
