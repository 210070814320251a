//! Builds the model from a parsed item and checks each key alone.

mod enumeration;
mod event;
mod field;
mod foreign;
mod limit;
mod list;
mod ownership;
mod part;
mod structure;
mod version;

pub(crate) use enumeration::enumeration;
pub(crate) use event::event;
pub(crate) use part::part;
