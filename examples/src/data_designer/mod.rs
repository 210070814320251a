//! Data Designer: one event for each call of a model.

mod calls;
mod event;

pub use calls::Model;
pub use event::{DeploymentType, InferenceEvent};
use telemetry_runtime::Product;

use crate::nemo::{CLIENT_ID, INGEST, RECIPIENT};

/// Data Designer on the wire, and the variables that control it.
pub static DATA_DESIGNER: Product = Product::new("NeMo Data Designer")
    .client_id(CLIENT_ID)
    .recipient(RECIPIENT)
    .version(env!("CARGO_PKG_VERSION"))
    .endpoint(INGEST)
    .enable_variable("NEMO_TELEMETRY_ENABLED")
    .endpoint_variable("NEMO_TELEMETRY_ENDPOINT")
    .session_prefix_variable("NEMO_SESSION_PREFIX")
    .default_on(true);
