//! Encoded events one after the other in one piece of memory.
//!
//! Adding an event allocates nothing once the arena has its size, and never aborts for want of
//! memory. It knows bytes and envelope contexts, nothing about who waits for what.

use super::lane::Context;

/// Encoded events one after the other.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    bytes: Vec<u8>,
    marks: Vec<Mark>,
}

#[derive(Debug, Clone, Copy)]
struct Mark {
    end: usize,
    context: Context,
}

impl Arena {
    /// False when there is no memory for it.
    pub(crate) fn push(&mut self, context: Context, event: &[u8]) -> bool {
        let room = self.bytes.try_reserve(event.len()).is_ok() && self.marks.try_reserve(1).is_ok();
        if room {
            self.bytes.extend_from_slice(event);
            self.marks.push(Mark {
                end: self.bytes.len(),
                context,
            });
        }
        room
    }

    pub(crate) fn events(&self) -> impl Iterator<Item = (Context, &[u8])> {
        let starts = [0]
            .into_iter()
            .chain(self.marks.iter().map(|mark| mark.end));
        starts
            .zip(&self.marks)
            .filter_map(|(start, mark)| Some((mark.context, self.bytes.get(start..mark.end)?)))
    }

    /// Empty again. The memory is kept for the next events, but not that of a rare peak.
    pub(crate) fn clear(&mut self, keep: usize) {
        self.bytes.clear();
        self.marks.clear();
        self.bytes.shrink_to(keep);
    }

    pub(crate) fn byte_len(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.marks.len()
    }
}
