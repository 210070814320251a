//! JSON Schema of events, the registry document and the command line that keeps it current.
//!
//! Everything is rendered from descriptors, so a document cannot say anything that the declarations
//! do not; nothing here may read a document to learn what an event looks like. Key order and layout
//! are those of the published documents, byte for byte.
//!
//! `registry.rs` holds the set of events, `integrity.rs` checks it while compiling, `document.rs`
//! and `envelope.rs` write the documents through `json.rs`, `privacy.rs` writes what each field can carry,
//! `file.rs` and `cli.rs` keep files equal to them.

mod cli;
mod document;
mod envelope;
mod file;
mod integrity;
pub(crate) mod json;
pub(crate) mod privacy;
mod registry;
#[cfg(test)]
mod tests;

pub(crate) use document::event_document;
pub(crate) use envelope::fields as envelope_fields;
pub use file::{CheckError, Difference, Document};
pub use privacy::{FieldClass, FieldPrivacy, PrivacyReport};
pub use registry::{Registry, RestrictedTelemetryInteger};

/// What the macros of this module expand to. Not public API.
#[doc(hidden)]
pub mod macros {
    pub use super::{
        integrity::{Problems, problems},
        registry::Declaration,
    };
    pub use std::option::Option;
}
