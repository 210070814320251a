//! Writes the compact JSON of an event into a buffer. `schema/json` writes pretty-printed documents.
//!
//! An event is written in one pass. If the buffer is too small, the caller grows it and starts again.
//! Every fused key starts with a comma; at the end the first comma is replaced by the opening brace.
//!
//! `writer` is the visitor that writes keys and values. `fast_path` writes common values, `escape`
//! writes any string, and `value` writes single values for the test kit.
//!
//! **Invariants.** The visitor runs on the host's threads. It never panics, never allocates and never
//! writes outside its buffer.

pub(crate) mod escape;
pub(crate) mod fast_path;
#[cfg(test)]
mod tests;
#[cfg(feature = "testing")]
pub(crate) mod value;
pub(crate) mod writer;

use std::num::NonZeroUsize;

/// Result of [`encode_parameters`](writer::encode_parameters).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Encoded {
    /// Bytes written from the start of the buffer. Not zero, so that a `Result` is returned in two registers.
    pub(crate) len: NonZeroUsize,
    /// Number of values that were replaced or truncated to match their declaration.
    pub(crate) coerced: u32,
}

/// Calls `encode` with larger and larger buffers until its output fits.
pub(crate) fn encode_to_vec(
    encode: &dyn Fn(&mut [u8]) -> Result<Encoded, BufferTooSmall>,
) -> Vec<u8> {
    let mut buffer = vec![0; 1024];
    loop {
        if let Ok(encoded) = encode(&mut buffer) {
            buffer.truncate(encoded.len.get());
            return buffer;
        }
        buffer.resize(buffer.len().saturating_mul(2), 0);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BufferTooSmall;
