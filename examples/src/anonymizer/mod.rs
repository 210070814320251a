//! Anonymizer: one event for each run or preview.

mod event;
mod models;
#[cfg(feature = "anonymizer")]
mod run;
mod settings;
#[cfg(feature = "anonymizer")]
mod tokens;

pub use event::{AnonymizerEvent, DeploymentType, Task};
pub use models::{
    MODEL_HOSTS, NOT_APPLICABLE, classify_model_host, collect_model_hosts, sort_join_aliases,
};
#[cfg(feature = "anonymizer")]
pub use run::Run;
pub use settings::{Settings, Strategy};
use telemetry_runtime::Product;
#[cfg(feature = "anonymizer")]
pub use tokens::avg_tokens_per_record;

use crate::nemo::{CLIENT_ID, INGEST, RECIPIENT};

/// The product: identity, endpoint and environment variables.
pub static ANONYMIZER: Product = Product::new("NeMo Anonymizer")
    .client_id(CLIENT_ID)
    .version(env!("CARGO_PKG_VERSION"))
    .recipient(RECIPIENT)
    .endpoint(INGEST)
    .enable_variable("NEMO_TELEMETRY_ENABLED")
    .endpoint_variable("NEMO_TELEMETRY_ENDPOINT")
    .session_prefix("anonymizer-")
    .session_prefix_variable("NEMO_SESSION_PREFIX")
    .default_on(true);
