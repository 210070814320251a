//! Encodes events: JSON, the parameters of one event, and the envelope of a request.

pub(crate) mod constants;
pub(crate) mod context;
pub(crate) mod envelope;
pub(crate) mod json;
pub(crate) mod parameters;
pub(crate) mod timestamp;
