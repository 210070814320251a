//! From the model to code.
//!
//! Everything but the builder's type stands in a `const _` block whose one import, `__p`, is the
//! runtime's private module: what a user calls `Option` or `core` is never looked at.

mod builder;
mod drift;
mod encoder;
mod enumeration;
mod event;
mod judge;
mod tracking;

pub(crate) use builder::setter_argument;
pub(crate) use enumeration::enumeration;
pub(crate) use event::event;
