//! JSON Schema of events, the registry document and the command line that keeps it current.
//!
//! `declaration` holds the parts of a registry, and `validate` checks them at compile time. `registry`
//! is the public type. `event_schema` and `envelope_schema` render the documents with `json`, and
//! `privacy_report` lists the capacity of each field. `sync` and `cli` compare and write files, and
//! `expiry` finds events whose review is due.
//!
//! **Invariants.** Documents are rendered from descriptors only and never read to learn the shape of
//! an event. Key order and layout are those of the published documents, byte for byte.

pub(crate) mod cli;
pub(crate) mod declaration;
pub(crate) mod envelope_schema;
pub(crate) mod event_schema;
pub(crate) mod expiry;
pub(crate) mod json;
pub(crate) mod privacy_report;
pub(crate) mod registry;
pub(crate) mod sync;
#[cfg(test)]
mod tests;
pub(crate) mod validate;

pub use self::{
    privacy_report::{EventLimit, FieldClass, FieldPrivacy, PrivacyReport},
    registry::{Registry, WireInteger},
    sync::{CheckError, Difference, Document},
};

/// Items that the expansion of [`telemetry_registry!`](crate::telemetry_registry) names. Not public
/// API.
#[doc(hidden)]
pub mod macros {
    pub use super::{
        declaration::Declaration,
        registry::registry,
        validate::{Problems, problems},
    };
    pub use crate::util::const_str::given;
}
