//! One event as a log record.
//!
//! The send time is the first member, so that it is at the same place in every record. It is unknown when
//! the record is encoded, and is replaced in the body of each request.

use std::{
    num::NonZeroUsize,
    time::{SystemTime, UNIX_EPOCH},
};

use super::writer::close_list;
use crate::wire::json::{BufferTooSmall, Encoded, escape::put, fast_path, writer::Encode};

/// INFO, for the collectors that require a severity.
pub(crate) const SEVERITY: i64 = 9;

/// The start of a record, before the send time.
const BEFORE_SENT: &[u8] = b"{\"observedTimeUnixNano\":";

/// A quoted number of 19 digits: the nanoseconds from September 2001 to April 2262.
const TIME_BYTES: usize = 21;

/// The send time of a record that was not sent.
const UNKNOWN: &[u8; TIME_BYTES] = b"\"0\"                  ";

/// The latest time, in milliseconds since 1970, whose nanoseconds are an `i64`.
const LAST_MILLIS: u128 = i64::MAX as u128 / 1_000_000;

/// Nanoseconds since 1970, rounded down to a millisecond, as in the envelope. 0, the unknown time of OTLP,
/// before 1970.
fn nanos(at: SystemTime) -> i64 {
    let millis = at
        .duration_since(UNIX_EPOCH)
        .map_or(0, |after| after.as_millis());
    i64::try_from(millis.min(LAST_MILLIS)).unwrap_or_default() * 1_000_000
}

/// A send time of the length of [`UNKNOWN`].
#[derive(Clone, Copy)]
pub(super) struct SentTime([u8; TIME_BYTES]);

impl SentTime {
    pub(super) fn of(at: SystemTime) -> Self {
        let mut text = [b' '; TIME_BYTES];
        let digits = fast_path::byte(b'"', &mut text);
        let left = fast_path::byte(b'"', fast_path::integer(nanos(at), digits)).len();
        // The writer of numbers may change the bytes after a number.
        if let Some(rest) = text.get_mut(TIME_BYTES - left..) {
            rest.fill(b' ');
        }
        Self(text)
    }

    /// Replaces the send time of the record that starts at `start`.
    pub(super) fn write(self, start: usize, records: &mut [u8]) {
        let place = start + BEFORE_SENT.len();
        if let Some(room) = records.get_mut(place..place + TIME_BYTES) {
            room.copy_from_slice(&self.0);
        }
    }
}

/// Writes the record of an event that happened at `at` to the start of `buffer`.
pub(crate) fn encode_record(
    event: &dyn Encode,
    at: SystemTime,
    buffer: &mut [u8],
) -> Result<Encoded, BufferTooSmall> {
    let total = buffer.len();
    let window = put(UNKNOWN, put(BEFORE_SENT, buffer)?)?;
    let window = fast_path::integer(nanos(at), put(b",\"timeUnixNano\":\"", window)?);
    let window = put(b"\",\"severityNumber\":", window)?;
    let window = fast_path::integer(SEVERITY, window);
    // Event names match `[a-z0-9_]+` and need no escapes.
    let window = put(b",\"eventName\":\"", window)?;
    let window = put(event.head().name.as_bytes(), window)?;
    let window = put(b"\",\"attributes\":", window)?;
    let mut coerced = 0;
    let left = event.attributes(window, &mut coerced);
    let window = close_list(window.len() - left, window);
    let window = put(b"}", window)?;
    let len = NonZeroUsize::new(total - window.len()).ok_or(BufferTooSmall)?;
    Ok(Encoded { len, coerced })
}

/// A record without its send time: the members after it, with the closing brace.
#[cfg(feature = "audit")]
pub(crate) fn recorded(record: &[u8]) -> Option<&[u8]> {
    let rest = record.strip_prefix(BEFORE_SENT)?.get(TIME_BYTES..)?;
    rest.strip_prefix(b",").filter(|rest| rest.ends_with(b"}"))
}

/// The list of a record's attributes.
#[cfg(feature = "audit")]
pub(crate) fn attributes(record: &[u8]) -> Option<&[u8]> {
    const KEY: &[u8] = b",\"attributes\":";
    // Times and names contain no quotes, so the first match is the key of the list.
    let key = record.windows(KEY.len()).position(|part| part == KEY)?;
    record.get(key + KEY.len()..)?.strip_suffix(b"}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn sent(at: SystemTime) -> String {
        String::from_utf8(SentTime::of(at).0.to_vec()).unwrap()
    }

    #[test]
    fn times_are_whole_milliseconds_and_always_have_the_same_length() {
        let at = |seconds, nanos| sent(UNIX_EPOCH + Duration::new(seconds, nanos));
        assert_eq!(at(1_790_000_000, 123_999_999), "\"1790000000123000000\"");
        assert_eq!(at(1_000_000_000, 0), "\"1000000000000000000\"");
        assert_eq!(at(999_999_999, 999_000_000), "\"999999999999000000\" ");
        assert_eq!(at(0, 999_999), sent(UNIX_EPOCH));
        assert_eq!(at(253_402_300_799, 0), "\"9223372036854000000\"");
        let unknown = String::from_utf8(UNKNOWN.to_vec()).unwrap();
        assert_eq!(sent(UNIX_EPOCH), unknown);
        assert_eq!(sent(UNIX_EPOCH - Duration::from_secs(1)), unknown);
    }
}
