//! Data Designer: one event for each call of a model.

mod call_recorder;
mod event;

pub use call_recorder::CallRecorder;
pub use event::{DeploymentType, InferenceEvent};
use telemetry_runtime::{Product, TelemetryEvent};

use crate::nemo::product;

/// The product: identity, endpoint and environment variables.
pub static DATA_DESIGNER: Product = product("NeMo Data Designer")
    .version(env!("CARGO_PKG_VERSION"))
    .events(&[&[InferenceEvent::DESCRIPTOR]])
    .enable_variable("NEMO_TELEMETRY_ENABLED")
    .endpoint_variable("NEMO_TELEMETRY_ENDPOINT")
    .session_prefix_variable("NEMO_SESSION_PREFIX")
    .default_on(true);
