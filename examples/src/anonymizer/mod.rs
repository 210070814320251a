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
use telemetry_runtime::{Product, TelemetryEvent};
#[cfg(feature = "anonymizer")]
pub use tokens::avg_tokens_per_record;

use crate::nemo::product;

/// The product: identity, endpoint and environment variables.
pub static ANONYMIZER: Product = product("NeMo Anonymizer")
    .version(env!("CARGO_PKG_VERSION"))
    .events(&[&[AnonymizerEvent::DESCRIPTOR]])
    .enable_variable("NEMO_TELEMETRY_ENABLED")
    .endpoint_variable("NEMO_TELEMETRY_ENDPOINT")
    .session_prefix("anonymizer-")
    .session_prefix_variable("NEMO_SESSION_PREFIX")
    .default_on(true);
