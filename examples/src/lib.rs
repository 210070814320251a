//! The five NeMo products on the telemetry framework.

pub mod guardrails;
