//! Safe Synthesizer: one event for each run.

mod buckets;
mod event;
mod jobs;

pub use buckets::{InputColumns, InputRecords};
pub use event::{DeploymentType, TrainAndGenerationEvent};
pub use jobs::{Job, Jobs, Tasks};
use telemetry_runtime::Product;

use crate::nemo::{CLIENT_ID, INGEST, RECIPIENT};

/// The product: identity, endpoint and environment variables.
pub static SAFE_SYNTHESIZER: Product = Product::new("NeMo Safe Synthesizer")
    .client_id(CLIENT_ID)
    .recipient(RECIPIENT)
    .version(env!("CARGO_PKG_VERSION"))
    .endpoint(INGEST)
    .enable_variable("NEMO_TELEMETRY_ENABLED")
    .endpoint_variable("NEMO_TELEMETRY_ENDPOINT")
    .session_prefix_variable("NEMO_SESSION_PREFIX")
    .default_on(true);
