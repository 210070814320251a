//! OTLP logs as JSON: each event is one log record.
//!
//! `writer` is the visitor that writes the attributes of a record, `record` writes one record, `frame`
//! writes the resource and the scope around the records of a request, and `answer` reads the number of
//! rejected records from the answer.
//!
//! **Invariants.** A record is encoded once. Only its send time is replaced later, by text of the same
//! length.

#[cfg(feature = "http")]
pub(crate) mod answer;
pub(crate) mod frame;
pub(crate) mod record;
pub(crate) mod writer;
