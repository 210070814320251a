//! The place of an event in the spool, and the fate of the events there.
//!
//! **Invariants.** The core knows no files: it hands notes to the worker, which writes them.

use crate::delivery::health::DropReason;

/// Where an event is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    segment: u32,
    number: u32,
}

#[cfg_attr(not(feature = "spool"), allow(dead_code))]
impl Place {
    /// The place of an event that is held in memory only.
    pub(crate) const MEMORY: Self = Self {
        segment: u32::MAX,
        number: 0,
    };

    /// Event `number` of a segment. `None` if the numbers are too large.
    pub(crate) fn new(segment: u32, number: u64) -> Option<Self> {
        let number = u32::try_from(number).ok()?;
        (segment != u32::MAX).then_some(Self { segment, number })
    }

    /// The segment and the number of the event; `None` in memory.
    pub(crate) fn stored(self) -> Option<(u32, u64)> {
        (self != Self::MEMORY).then_some((self.segment, self.number.into()))
    }
}

/// The fate of events after a request for them, or without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Delivered,
    /// They are sent again later.
    NotSent,
    /// They may have been sent, and are sent again later.
    Unanswered,
    Dropped(DropReason),
}

/// The fate of stored events.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(not(feature = "spool"), allow(dead_code))]
pub(crate) struct Note {
    pub(crate) places: Vec<Place>,
    pub(crate) fate: Fate,
}
