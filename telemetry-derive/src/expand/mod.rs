//! Generates code from the model.
//!
//! Everything except the builder's type is inside a `const _` block. It imports only `__p`, the
//! runtime's private module, and short names of its items, so the expansion never refers to a user's
//! `Option` or `core`.

mod builder;
mod encoder;
mod enumeration;
mod event;
mod fields;
mod helper;
mod part;
mod registry_check;
mod tracking;

pub(crate) use builder::stub_argument;
pub(crate) use enumeration::enumeration;
pub(crate) use event::event;
pub(crate) use part::part;
