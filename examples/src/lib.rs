//! The five NeMo products on the telemetry framework, and the quickstart that shows one arriving.
//!
//! Each product is a folder: `event.rs` declares what it sends, `mod.rs` holds its names. The
//! registry in [`registry`] makes `schemas/anonymous_events.json` of the five declarations.

pub mod agent_toolkit;
pub mod anonymizer;
#[cfg(any(
    feature = "agent-toolkit",
    feature = "anonymizer",
    feature = "data-designer",
    feature = "guardrails",
    feature = "safe-synthesizer"
))]
pub mod arguments;
pub mod data_designer;
pub mod destination;
pub mod disclosures;
pub mod guardrails;
pub mod nemo;
pub mod quickstart;
pub mod registry;
pub mod safe_synthesizer;
pub mod validate;
