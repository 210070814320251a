//! Guardrails: a census of running deployments.

#[cfg(feature = "guardrails")]
pub mod config;
