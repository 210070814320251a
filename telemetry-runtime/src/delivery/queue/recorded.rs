//! An encoded event on the way to the queue.

use crate::delivery::core::place::Place;

/// An event that a caller recorded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Recorded<'e> {
    pub(crate) bytes: &'e [u8],
    /// The number of values that were replaced.
    pub(crate) coerced: u32,
    /// Where it is stored, if it is.
    pub(crate) place: Option<Place>,
}

impl<'e> Recorded<'e> {
    /// An event that is held in memory only.
    pub(crate) const fn in_memory(bytes: &'e [u8], coerced: u32) -> Self {
        Self {
            bytes,
            coerced,
            place: None,
        }
    }
}
