//! Encodes events: JSON, the parameters of one event, and the envelope or the OTLP logs of a request.

pub(crate) mod constants;
pub(crate) mod context;
pub(crate) mod envelope;
pub(crate) mod json;
#[cfg(feature = "otlp")]
pub(crate) mod otlp;
pub(crate) mod parameters;
pub(crate) mod rendering;
pub(crate) mod timestamp;
#[cfg(feature = "otlp")]
pub(crate) mod wires;
