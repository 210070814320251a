// The unit determines the wire type of a duration: milliseconds are an integer.

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
    #[event(unit = "ms")]
    elapsed: std::time::Duration,
    /// Number of runs.
    #[event(required)]
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
