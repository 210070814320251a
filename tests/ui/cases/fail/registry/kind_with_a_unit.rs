// The unit decides what a duration is on the wire: milliseconds are whole.

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
    #[event(unit = "ms")]
    elapsed: std::time::Duration,
    /// How often.
    #[event(required)]
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
