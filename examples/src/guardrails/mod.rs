//! Guardrails: a census of running deployments.

#[cfg(feature = "guardrails")]
pub mod config;
mod event;
#[cfg(feature = "guardrails")]
mod report;

pub use event::{DeploymentType, EventType, GuardrailsUsageEvent, RailsEngine};
#[cfg(feature = "guardrails")]
pub use report::{PROCESS, UsageReporter};
use telemetry_runtime::{Product, envelope::EventKeyOrder};

use crate::nemo::{CLIENT_ID, INGEST, RECIPIENT};

/// Guardrails on the wire, and the variables that control it. The original tries to send each event
/// once; here the default policy holds, which tries again.
pub static GUARDRAILS: Product = Product::new("NeMo Guardrails")
    .client_id(CLIENT_ID)
    .recipient(RECIPIENT)
    .endpoint(INGEST)
    .endpoint_variable("NEMO_GUARDRAILS_USAGE_STATS_SERVER")
    .opt_out_variables(&["NEMO_GUARDRAILS_NO_USAGE_STATS"])
    .marker_file(".config/nemoguardrails/do_not_track")
    .audit_file(".config/nemoguardrails/usage_stats.json")
    .event_key_order(EventKeyOrder::NameFirst)
    .default_on(true);
