//! From an event to bytes: JSON, the parameters of one event, the envelope around many.

pub(crate) mod envelope;
pub(crate) mod json;
pub(crate) mod parameters;
pub(crate) mod timestamp;
