//! The telemetry of the five NeMo products and of OpenShell, a quickstart, and a tool that keeps its events in
//! files while it is offline.
//!
//! Each product is a folder: `event.rs` declares the event and `mod.rs` the product.
//! `schemas/anonymous_events.json` is generated from the list of events in [`registry`].

pub mod agent_toolkit;
pub mod anonymizer;
#[cfg(any(
    feature = "agent-toolkit",
    feature = "anonymizer",
    feature = "data-designer",
    feature = "guardrails",
    feature = "openshell",
    feature = "safe-synthesizer",
    feature = "word-count"
))]
pub mod arguments;
pub mod data_designer;
mod delivery_report;
pub mod destination;
pub mod disclosures;
pub mod guardrails;
pub mod input;
mod label_writer;
pub mod live_view;
pub mod nemo;
pub mod openshell;
pub mod quickstart;
pub mod registry;
pub mod safe_synthesizer;
pub mod validate;
#[cfg(feature = "word-count")]
pub mod word_count;
