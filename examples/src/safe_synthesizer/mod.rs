//! Safe Synthesizer: one event for each run.

mod buckets;
mod event;
mod jobs;

pub use buckets::{InputColumns, InputRecords};
pub use event::{DeploymentType, TrainAndGenerationEvent};
pub use jobs::{Job, Jobs, Tasks};
use telemetry_runtime::{Product, TelemetryEvent};

use crate::nemo::product;

/// The product: identity, endpoint and environment variables.
pub static SAFE_SYNTHESIZER: Product = product("NeMo Safe Synthesizer")
    .version(env!("CARGO_PKG_VERSION"))
    .events(&[&[TrainAndGenerationEvent::DESCRIPTOR]])
    .enable_variable("NEMO_TELEMETRY_ENABLED")
    .endpoint_variable("NEMO_TELEMETRY_ENDPOINT")
    .session_prefix_variable("NEMO_SESSION_PREFIX")
    .default_on(true);
