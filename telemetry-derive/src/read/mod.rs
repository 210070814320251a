//! From the parsed item to the model: the rules of single keys.

mod enumeration;
mod event;
mod field;
mod steward;
mod version;

pub(crate) use enumeration::enumeration;
pub(crate) use event::event;
