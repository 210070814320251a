//! Data Designer: one event for each call of a model.

mod call_recorder;
mod event;

pub use call_recorder::CallRecorder;
pub use event::{DeploymentType, InferenceEvent};
use telemetry_runtime::Product;

use crate::nemo::{CLIENT_ID, INGEST, RECIPIENT};

/// The product: identity, endpoint and environment variables.
pub static DATA_DESIGNER: Product = Product::new("NeMo Data Designer")
    .client_id(CLIENT_ID)
    .recipient(RECIPIENT)
    .version(env!("CARGO_PKG_VERSION"))
    .endpoint(INGEST)
    .enable_variable("NEMO_TELEMETRY_ENABLED")
    .endpoint_variable("NEMO_TELEMETRY_ENDPOINT")
    .session_prefix_variable("NEMO_SESSION_PREFIX")
    .default_on(true);
