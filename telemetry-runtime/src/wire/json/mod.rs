//! JSON of an event, written straight into bytes.
//!
//! Must never panic, allocate or write a byte outside the buffer it was given: it runs on the
//! host's threads. An event is written in one pass into an initialised buffer; when that is too
//! small the caller learns so, grows it and calls again. Nothing is patched up afterwards but the
//! first byte: every fused key starts with a comma, and the first comma becomes the brace.
//!
//! `writer` is the visitor that puts values behind their keys, `short` writes the usual values,
//! `escape` any string; `parameters` is the same visit for serde.

pub(crate) mod escape;
pub(crate) mod fast_path;
pub(crate) mod writer;

/// What [`encode_parameters`] wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Encoded {
    /// Bytes written from the start of the buffer.
    pub(crate) len: usize,
    /// Values that were replaced or cut to fit their declaration.
    pub(crate) coerced: u32,
}

/// What `encode` writes, in as large a buffer as it needs.
pub(crate) fn growing(encode: &dyn Fn(&mut [u8]) -> Result<Encoded, Full>) -> Vec<u8> {
    let mut buffer = vec![0; 1024];
    loop {
        if let Ok(encoded) = encode(&mut buffer) {
            buffer.truncate(encoded.len);
            return buffer;
        }
        buffer.resize(buffer.len().saturating_mul(2), 0);
    }
}

/// The buffer is too small for the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full;
