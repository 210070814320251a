//! The library of `telemetry-tool`: registry documents of telemetry events over time.
//!
//! It reads documents and their locks, compares two versions of them, and reports which version a change
//! needs. It works on files and needs neither a Rust project nor the telemetry crates.

pub mod cli;
pub mod document;
pub mod error;
pub mod json;
pub mod report;
pub mod slice;
pub mod version;
