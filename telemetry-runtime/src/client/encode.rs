//! Encoding an event on the caller's thread.
//!
//! Never allocates in the steady state: each thread keeps one buffer, and beside it the second that
//! it last formatted. The buffer is taken out while it is in use, so recording from inside an event's
//! own code, or when the thread's storage is already gone, simply works with a fresh one. No lock is
//! held while foreign code runs.

use std::{cell::Cell, time::SystemTime};

use crate::wire::{
    envelope::{EventKeyOrder, encode_event},
    json::{Encoded, writer::Encode},
    timestamp::Formatter,
};

/// A first size that fits the usual event.
const FIRST_BYTES: usize = 2048;

/// Larger buffers are not kept: one huge event should not cost its thread memory for ever.
const KEPT_BYTES: usize = 16 * 1024;

thread_local! {
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    static FORMATTER: Cell<Formatter> = const { Cell::new(Formatter::new()) };
}

/// The event is larger than allowed, or there is no memory to encode it.
pub(crate) struct TooLarge;

/// Encodes `event`, which happened at `at`, as it stands in the envelope's `events` and hands the
/// bytes to `deliver`, together with the number of values that were replaced.
pub(crate) fn encoded<R>(
    event: &dyn Encode,
    at: SystemTime,
    order: EventKeyOrder,
    max_bytes: usize,
    deliver: impl FnOnce(&[u8], u32) -> R,
) -> Result<R, TooLarge> {
    let at = FORMATTER
        .try_with(|kept| {
            let mut formatter = kept.get();
            let text = formatter.format(at);
            kept.set(formatter);
            text
        })
        .unwrap_or_else(|_| at.into());
    let mut buffer = BUFFER.try_with(Cell::take).unwrap_or_default();
    let result = loop {
        if let Ok(Encoded { len, coerced }) = encode_event(event, order, at, &mut buffer) {
            let bytes = buffer.get(..len).filter(|bytes| bytes.len() <= max_bytes);
            break bytes.map(|bytes| deliver(bytes, coerced)).ok_or(TooLarge);
        }
        if !grow(&mut buffer, max_bytes) {
            break Err(TooLarge);
        }
    };
    if buffer.len() <= KEPT_BYTES {
        // Without storage it is dropped here.
        let _ = BUFFER.try_with(|kept| kept.set(buffer));
    }
    result
}

/// Makes a buffer that was too small larger; false at the limit or without memory.
///
/// An encoder may need some room beyond the bytes it leaves, so the limit is a little higher than
/// the largest event.
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
