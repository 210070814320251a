//! The library of `telemetry-tool`: registry documents of telemetry events over time.
//!
//! It reads documents and their locks, compares two versions of them, and reports which version a change
//! needs. It works on files and needs neither a Rust project nor the telemetry crates.

pub mod cli;
mod conforms;
pub mod dictionary;
pub mod diff;
pub mod document;
pub mod error;
#[cfg(feature = "gateway")]
pub mod gateway;
pub mod history;
pub mod import;
pub mod json;
pub mod live;
pub mod lock;
pub mod merge;
#[cfg(feature = "gateway")]
mod otlp;
#[cfg(any(feature = "gateway", feature = "view"))]
pub mod outgoing;
mod released;
pub mod report;
pub mod rules;
#[cfg(any(feature = "gateway", feature = "view"))]
mod signals;
pub mod slice;
pub mod sql;
pub mod version;
#[cfg(feature = "view")]
pub mod view;

pub use self::conforms::{assert_conforms, check_conforms};
pub use self::released::{Current, assert_released, check_released, check_released_with};
