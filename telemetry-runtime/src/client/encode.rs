//! Encoding an event on the caller's thread.
//!
//! Each thread keeps one encoder: a buffer, and the text of the last second that it formatted. The encoder
//! is taken out of the thread's storage while it is in use. An event whose code records another event, or a
//! thread whose storage is already destroyed, uses a new one.
//!
//! **Invariants.** Encoding allocates nothing once the buffer of the thread is large enough. No lock is
//! held while the event's code runs.

use std::{cell::Cell, time::SystemTime};

use crate::wire::{
    json::{Encoded, writer::Encode},
    rendering::Rendering,
    timestamp::Formatter,
};

/// The first size of a buffer. Most events fit in it.
const FIRST_BYTES: usize = 2048;

/// A larger buffer is freed after use, so that one large event does not hold memory until its thread ends. A
/// thread that records large events one after the other keeps it.
const KEPT_BYTES: usize = 16 * 1024;

/// An event above this size is large: a buffer that is always kept may be too small for it.
const LARGE_BYTES: usize = KEPT_BYTES / 2;

thread_local! {
    static ENCODER: Cell<Option<Box<Encoder>>> = const { Cell::new(None) };
}

/// The data that a thread keeps between two events.
struct Encoder {
    /// All bytes are initialized.
    buffer: Vec<u8>,
    /// The last event was large.
    was_large: bool,
    formatter: Formatter,
}

/// The event exceeds the limit, or there is no memory to encode it.
pub(crate) struct TooLarge;

/// Encodes `event` with the time `at` as a part of a request. Calls `deliver` with the bytes and the number of
/// values that were replaced.
#[inline]
pub(crate) fn encoded<R>(
    event: &dyn Encode,
    at: SystemTime,
    rendering: Rendering,
    max_bytes: usize,
    deliver: impl FnOnce(&[u8], u32) -> R,
) -> Result<R, TooLarge> {
    let kept = ENCODER.try_with(Cell::take).ok().flatten();
    let mut encoder = kept.unwrap_or_else(Encoder::new);
    let encoded = encoder.encode(event, at, rendering, max_bytes);
    let large = encoded
        .as_ref()
        .is_ok_and(|(bytes, _)| bytes.len() > LARGE_BYTES);
    let result = encoded.map(|(bytes, coerced)| deliver(bytes, coerced));
    let was_large = std::mem::replace(&mut encoder.was_large, large);
    if encoder.buffer.len() > KEPT_BYTES && !(large && was_large) {
        encoder.buffer = Vec::new();
    }
    // If the thread's storage is destroyed, the encoder is freed here.
    let _ = ENCODER.try_with(|kept| kept.set(Some(encoder)));
    result
}

impl Encoder {
    #[cold]
    fn new() -> Box<Self> {
        Box::new(Self {
            buffer: Vec::new(),
            was_large: false,
            formatter: Formatter::new(),
        })
    }

    fn encode(
        &mut self,
        event: &dyn Encode,
        at: SystemTime,
        rendering: Rendering,
        max_bytes: usize,
    ) -> Result<(&[u8], u32), TooLarge> {
        let rendering = rendering.at(at, &mut self.formatter);
        let Encoded { len, coerced } = loop {
            if let Ok(encoded) = rendering.encode(event, &mut self.buffer) {
                break encoded;
            }
            if !grow(&mut self.buffer, max_bytes) {
                return Err(TooLarge);
            }
        };
        let bytes = self
            .buffer
            .get(..len.get())
            .filter(|bytes| bytes.len() <= max_bytes);
        Ok((bytes.ok_or(TooLarge)?, coerced))
    }
}

/// Makes the buffer four times as large. False if it is at the limit or there is no memory.
///
/// The encoder needs spare room beyond the bytes of the event, so the limit is [`FIRST_BYTES`] above
/// the largest event. With `max_bytes` = 64 KiB the sizes are 2, 8, 32 and 66 KiB.
fn grow(buffer: &mut Vec<u8>, max_bytes: usize) -> bool {
    let limit = max_bytes.saturating_add(FIRST_BYTES);
    let wanted = buffer.len().saturating_mul(4).clamp(FIRST_BYTES, limit);
    let more = wanted.saturating_sub(buffer.len());
    if more == 0 || buffer.try_reserve_exact(more).is_err() {
        return false;
    }
    buffer.resize(wanted, 0);
    true
}
