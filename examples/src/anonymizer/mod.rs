//! Anonymizer: one event for each run or preview.

mod event;

pub use event::{AnonymizerEvent, DeploymentType, Task};
use telemetry_runtime::Product;

use crate::nemo::{CLIENT_ID, INGEST};

/// Anonymizer on the wire, and the variables that control it.
pub static ANONYMIZER: Product = Product::new("NeMo Anonymizer")
    .client_id(CLIENT_ID)
    .endpoint(INGEST)
    .enable_variable("NEMO_TELEMETRY_ENABLED")
    .endpoint_variable("NEMO_TELEMETRY_ENDPOINT")
    .session_prefix("anonymizer-")
    .session_prefix_variable("NEMO_SESSION_PREFIX")
    .default_on(true);
