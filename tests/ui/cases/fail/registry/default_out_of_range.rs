// A default below the minimum of the registry type.

use telemetry_runtime::{TelemetryEnum, TelemetryEvent};

/// A run.
#[derive(TelemetryEvent)]
#[event(name = "job_event", schema = "1.0", registry = "schemas/events.json")]
struct Run {
    /// How it is deployed.
    deployment_type: DeploymentType,
    /// Time.
    gpu_seconds: f64,
    /// Whether it was cached.
    cached: bool,
    /// How long.
    elapsed: f64,
    /// How often.
    #[event(default = -5)]
    retries: i64,
}

/// How a job is deployed.
#[derive(TelemetryEnum)]
#[event(name = "DeploymentTypeEnum", rename_all = "lowercase")]
enum DeploymentType {
    Cli,
    Sdk,
    #[event(fallback)]
    Undefined,
}

fn main() {}
