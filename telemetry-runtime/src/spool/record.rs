//! The records of a segment.
//!
//! A record is `length u32 | checksum u32 | kind u8 | flags u8 | time u64 | number u64 | payload`, in
//! little-endian order. The length is that of the payload, the time is in milliseconds since 1970. The
//! number of an event is higher than that of the events before it. All other records apply to a range of
//! events: their number is the first one, and their payload the last one.
//!
//! **Invariants.** A record is valid as a whole or not at all. The first record that is not valid ends the
//! segment.

use super::{checksum::checksum, cursor::Cursor, ranges::Range};

/// Bytes of a record before its payload.
pub(super) const HEAD_BYTES: usize = 26;

/// Bytes of the record of a range, at most.
pub(super) const RANGE_RECORD_BYTES: usize = HEAD_BYTES + 9;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Record<'b> {
    Event {
        number: u64,
        time_ms: u64,
        payload: &'b [u8],
    },
    /// A note about a range of events.
    Note(Note, Range),
    /// No event follows.
    Sealed,
}

/// The state of a range of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Note {
    /// They are about to be sent. Written before the first byte leaves.
    Intent,
    /// They were not sent after all.
    NotSent,
    Acknowledged,
    /// They were dropped for the reason with this code.
    Dropped(u8),
    /// They are in the audit log.
    Logged,
}

const EVENT: u8 = 1;
const INTENT: u8 = 2;
const NOT_SENT: u8 = 3;
const ACKNOWLEDGED: u8 = 4;
const DROPPED: u8 = 5;
const SEALED: u8 = 6;
const LOGGED: u8 = 7;

/// The start of the checksum of each record of a segment.
pub(super) fn seed(segment_id: u64) -> u32 {
    let [a, b, c, d, e, f, g, h] = segment_id.to_le_bytes();
    u32::from_le_bytes([a, b, c, d]) ^ u32::from_le_bytes([e, f, g, h])
}

impl Record<'_> {
    /// Writes the record at the end of `buffer`. False if the payload is too long or there is no memory.
    pub(super) fn encode(&self, seed: u32, time_ms: u64, buffer: &mut Vec<u8>) -> bool {
        let mut of_range = [0; 9];
        let (kind, time_ms, number, payload): (u8, u64, u64, &[u8]) = match self {
            Self::Event {
                number,
                time_ms,
                payload,
            } => (EVENT, *time_ms, *number, payload),
            Self::Note(note, range) => {
                let (kind, reason) = match note {
                    Note::Intent => (INTENT, None),
                    Note::NotSent => (NOT_SENT, None),
                    Note::Acknowledged => (ACKNOWLEDGED, None),
                    Note::Dropped(reason) => (DROPPED, Some(*reason)),
                    Note::Logged => (LOGGED, None),
                };
                let [last @ .., code] = &mut of_range;
                *last = range.last.to_le_bytes();
                *code = reason.unwrap_or_default();
                let length = if reason.is_some() { 9 } else { 8 };
                let payload = of_range.get(..length).unwrap_or_default();
                (kind, time_ms, range.first, payload)
            }
            Self::Sealed => (SEALED, time_ms, 0, &[]),
        };
        let Ok(length) = u32::try_from(payload.len()) else {
            return false;
        };
        if buffer.try_reserve(HEAD_BYTES + payload.len()).is_err() {
            return false;
        }
        let mut head = [0; HEAD_BYTES - 8];
        let [kind_at, flags, numbers @ ..] = &mut head;
        *kind_at = kind;
        *flags = 0;
        let (time_at, number_at) = numbers.split_at_mut(8);
        time_at.copy_from_slice(&time_ms.to_le_bytes());
        number_at.copy_from_slice(&number.to_le_bytes());
        let length = length.to_le_bytes();
        let sum = checksum(seed, &[&length, &head, payload]);
        buffer.extend_from_slice(&length);
        buffer.extend_from_slice(&sum.to_le_bytes());
        buffer.extend_from_slice(&head);
        buffer.extend_from_slice(payload);
        true
    }
}

/// The record at the start of `bytes` and its length; `None` if there is no valid one.
pub(super) fn decode(seed: u32, bytes: &[u8]) -> Option<(Record<'_>, usize)> {
    let mut cursor = Cursor(bytes);
    let length = cursor.array::<4>()?;
    let expected = cursor.u32()?;
    let head = cursor.array::<{ HEAD_BYTES - 8 }>()?;
    let payload = cursor.take(usize::try_from(u32::from_le_bytes(length)).ok()?)?;
    if checksum(seed, &[&length, &head, payload]) != expected {
        return None;
    }
    let mut cursor = Cursor(&head);
    let kind = cursor.u8()?;
    let _flags = cursor.u8()?;
    let (time_ms, number) = (cursor.u64()?, cursor.u64()?);
    let range = || {
        let last = Cursor(payload).u64()?;
        Range::new(number, last)
    };
    let record = match kind {
        EVENT => Record::Event {
            number,
            time_ms,
            payload,
        },
        INTENT => Record::Note(Note::Intent, range()?),
        NOT_SENT => Record::Note(Note::NotSent, range()?),
        ACKNOWLEDGED => Record::Note(Note::Acknowledged, range()?),
        DROPPED => Record::Note(Note::Dropped(*payload.get(8)?), range()?),
        LOGGED => Record::Note(Note::Logged, range()?),
        SEALED => Record::Sealed,
        _ => return None,
    };
    Some((record, HEAD_BYTES + payload.len()))
}
