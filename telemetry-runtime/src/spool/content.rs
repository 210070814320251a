//! Reads the content of a segment.
//!
//! **Invariants.** Reading never fails on records: the first one that is not valid ends the segment. An
//! event is returned only with the bytes that were written.

use std::ops;

use super::{
    header::{Header, HeaderError},
    ranges::{Range, Ranges},
    record::{self, Note, Record},
};

/// An event of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EventAt {
    pub(super) number: u64,
    pub(super) time_ms: u64,
    /// Where its bytes are.
    pub(super) at: ops::Range<usize>,
}

/// An event of a segment that is not resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HeldEvent<'h> {
    pub(crate) number: u64,
    /// When it was recorded, in milliseconds since 1970.
    pub(crate) time_ms: u64,
    /// It may have been sent.
    pub(crate) ambiguous: bool,
    /// It is in the audit log.
    pub(crate) logged: bool,
    pub(crate) bytes: &'h [u8],
}

#[derive(Debug)]
pub(super) struct Content {
    pub(super) header: Header,
    pub(super) bytes: Vec<u8>,
    /// The events that were neither acknowledged nor dropped, in order.
    pub(super) events: Vec<EventAt>,
    /// The numbers of these events that may have been sent.
    pub(super) ambiguous: Ranges,
    /// The numbers of the events that are in the audit log.
    pub(super) logged: Ranges,
    /// Length of the valid bytes.
    pub(super) valid: usize,
    /// The number for the next event.
    pub(super) next_number: u64,
}

impl Content {
    pub(super) fn read(bytes: Vec<u8>) -> Result<Self, HeaderError> {
        let (header, mut valid) = Header::decode(&bytes)?;
        let seed = record::seed(header.id);
        let mut events: Vec<EventAt> = Vec::new();
        let (mut resolved, mut ambiguous) = (Ranges::default(), Ranges::default());
        let mut logged = Ranges::default();
        let (mut next_number, mut sealed) = (0, false);
        while let Some((record, length)) = bytes
            .get(valid..)
            .and_then(|rest| record::decode(seed, rest))
        {
            match record {
                Record::Event { number, .. } if sealed || number < next_number => break,
                Record::Event {
                    number, time_ms, ..
                } => {
                    let Some(next) = number.checked_add(1) else {
                        break;
                    };
                    next_number = next;
                    events.push(EventAt {
                        number,
                        time_ms,
                        at: valid + record::HEAD_BYTES..valid + length,
                    });
                }
                Record::Note(Note::Intent, range) => ambiguous.insert(range),
                Record::Note(Note::NotSent, range) => _ = ambiguous.remove(range),
                Record::Note(Note::Logged, range) => logged.insert(range),
                Record::Note(Note::Acknowledged | Note::Dropped(_), range) => {
                    resolved.insert(range);
                }
                Record::Sealed => sealed = true,
            }
            valid += length;
        }
        events.retain(|event| !resolved.contains(event.number));
        Ok(Self {
            header,
            bytes,
            events,
            ambiguous,
            logged,
            valid,
            next_number,
        })
    }

    pub(super) fn is_torn(&self) -> bool {
        self.valid < self.bytes.len()
    }

    /// The event for a caller.
    pub(super) fn held(&self, event: &EventAt) -> HeldEvent<'_> {
        HeldEvent {
            number: event.number,
            time_ms: event.time_ms,
            ambiguous: self.ambiguous.contains(event.number),
            logged: self.logged.contains(event.number),
            bytes: self.payload(event),
        }
    }

    pub(super) fn payload(&self, event: &EventAt) -> &[u8] {
        self.bytes.get(event.at.clone()).unwrap_or_default()
    }

    /// The numbers of the events.
    pub(super) fn numbers(&self) -> Ranges {
        let mut numbers = Ranges::default();
        for event in &self.events {
            numbers.insert(Range::of_one(event.number));
        }
        numbers
    }
}
