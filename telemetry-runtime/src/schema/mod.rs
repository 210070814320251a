//! JSON Schema of events, the registry document and the command line that keeps it current.
//!
//! Everything is rendered from descriptors, so a document cannot say anything that the declarations
//! do not; nothing here may read a document to learn what an event looks like. Key order and layout
//! are those of the published documents, byte for byte.
//!
//! `registry.rs` holds the set of events, `integrity.rs` checks it while compiling, `document.rs`
//! and `envelope.rs` write the documents through `json.rs`, `privacy.rs` writes what each field can carry,
//! `file.rs` and `cli.rs` keep files equal to them.

pub(crate) mod cli;
pub(crate) mod declaration;
pub(crate) mod envelope_schema;
pub(crate) mod json;
pub(crate) mod privacy_report;
pub(crate) mod registry;
pub(crate) mod sync;
#[cfg(test)]
mod tests;
pub(crate) mod validate;

pub use self::{
    privacy_report::{FieldClass, FieldPrivacy, PrivacyReport},
    registry::{Registry, WireInteger},
    sync::{CheckError, Difference, Document},
};

/// What the macros of this module expand to. Not public API.
#[doc(hidden)]
pub mod macros {
    pub use super::{
        registry::Declaration,
        validate::{Problems, problems},
    };
    pub use std::option::Option;
}
