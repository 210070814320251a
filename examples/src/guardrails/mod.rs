//! Guardrails: a census of running deployments.

#[cfg(feature = "guardrails")]
pub mod config;
mod event;

pub use event::{DeploymentType, EventType, GuardrailsUsageEvent, RailsEngine};
use telemetry_runtime::{EventKeyOrder, Product};

use crate::nemo::{CLIENT_ID, INGEST, RECIPIENT};

/// Guardrails on the wire, and the variables that control it.
pub static GUARDRAILS: Product = Product::new("NeMo Guardrails")
    .client_id(CLIENT_ID)
    .recipient(RECIPIENT)
    .endpoint(INGEST)
    .endpoint_variable("NEMO_GUARDRAILS_USAGE_STATS_SERVER")
    .opt_out_variables(&["NEMO_GUARDRAILS_NO_USAGE_STATS"])
    .event_key_order(EventKeyOrder::NameFirst)
    .default_on(true);
