//! Guardrails: one event for each engine that is built, then heartbeats.

#[cfg(feature = "guardrails")]
pub mod config;
mod event;
#[cfg(feature = "guardrails")]
mod reporter;

pub use event::{DeploymentType, EventType, GuardrailsUsageEvent, RailsEngine};
#[cfg(feature = "guardrails")]
pub use reporter::{PROCESS_REPORTER, UsageReporter};
use telemetry_runtime::{Product, TelemetryEvent, audit::AuditFormat, envelope::EventKeyOrder};

use crate::nemo::product;

/// The product: identity, endpoint and environment variables. It retries failed requests, unlike the
/// original.
pub static GUARDRAILS: Product = product("NeMo Guardrails")
    .events(&[&[GuardrailsUsageEvent::DESCRIPTOR]])
    .endpoint_variable("NEMO_GUARDRAILS_USAGE_STATS_SERVER")
    .opt_out_variables(&["NEMO_GUARDRAILS_NO_USAGE_STATS"])
    .marker_file(".config/nemoguardrails/do_not_track")
    .audit_file(".config/nemoguardrails/usage_stats.json")
    .audit_format(AuditFormat::Parameters)
    .event_key_order(EventKeyOrder::NameFirst)
    .default_on(true);
