//! A batch: encoded events of one envelope context that are sent together.
//!
//! The bytes of an event never change and are never encoded again; batches are only cut, always
//! between two events, and keep their order.

use crate::delivery::clock::MonoTime;
use std::collections::TryReserveError;

/// A batch grows by so many bytes at a time, or by half.
const STEP_BYTES: usize = 4096;

/// What a batch takes itself: the line it stands in can have room for as many again.
const OWN_BYTES: usize = 2 * size_of::<Batch>();

/// What events take beside their bytes once they are in batches, at most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Overhead {
    per_event: usize,
    per_kib: usize,
}

impl Overhead {
    pub(crate) fn new(batch_events: usize, batch_bytes: usize) -> Self {
        Self {
            per_event: OWN_BYTES.div_ceil(batch_events.max(1)),
            // No two batches that follow each other would fit into one.
            per_kib: (2 * 1024 * OWN_BYTES).div_ceil(batch_bytes.max(1)),
        }
    }

    pub(crate) fn of(self, events: usize, bytes: usize) -> usize {
        let for_bytes = bytes.div_ceil(1024).saturating_mul(self.per_kib);
        let batches = (events * self.per_event + OWN_BYTES).saturating_add(for_bytes);
        events * size_of::<usize>() + batches.min(events * OWN_BYTES)
    }
}

/// Encoded events of one envelope context.
#[derive(Debug)]
pub(crate) struct Batch {
    bytes: Vec<u8>,
    /// Where each event ends in `bytes`.
    ends: Vec<usize>,
    /// When its oldest event was accepted, at the latest.
    pub(crate) since: MonoTime,
    /// How often it was sent in vain.
    pub(crate) retries: u32,
    /// How often sending it panicked.
    pub(crate) panics: u32,
    /// No event may be added any more.
    pub(crate) closed: bool,
    /// A flush waits for it.
    pub(crate) urgent: bool,
    /// Cut from a rejected batch.
    pub(crate) from_rejected: bool,
}

impl Batch {
    pub(crate) fn new(since: MonoTime) -> Self {
        Self {
            bytes: Vec::new(),
            ends: Vec::new(),
            since,
            retries: 0,
            panics: 0,
            closed: false,
            urgent: false,
            from_rejected: false,
        }
    }

    pub(crate) fn push(&mut self, event: &[u8]) -> Result<(), TryReserveError> {
        // Not doubled: what is reserved in vain counts against the bound of the queue.
        if self.bytes.capacity() - self.bytes.len() < event.len() {
            let step = STEP_BYTES.max(self.bytes.len() / 2);
            self.bytes.try_reserve_exact(event.len().max(step))?;
        }
        self.ends.try_reserve(1)?;
        self.bytes.extend_from_slice(event);
        self.ends.push(self.bytes.len());
        Ok(())
    }

    pub(crate) fn events(&self) -> impl Iterator<Item = &[u8]> + Clone {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .filter_map(|(start, end)| self.bytes.get(start..*end))
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn byte_len(&self) -> usize {
        self.bytes.len()
    }

    /// Lets no event in any more, and frees what was reserved for more.
    pub(crate) fn close(&mut self) {
        if !self.closed {
            self.closed = true;
            self.bytes.shrink_to_fit();
            self.ends.shrink_to_fit();
        }
    }

    /// Bytes of memory that it takes.
    pub(crate) fn memory(&self) -> usize {
        OWN_BYTES + self.bytes.capacity() + self.ends.capacity() * size_of::<usize>()
    }

    /// Cuts where the bytes are about equal; returns a lone event whole.
    pub(crate) fn halves_by_bytes(self) -> Result<[Self; 2], Self> {
        let half = self.byte_len() / 2;
        let at = self.ends.partition_point(|end| *end <= half);
        self.cut(at.max(1))
    }

    /// Cuts where the numbers of events are about equal; returns a lone event whole.
    pub(crate) fn halves_by_count(self) -> Result<[Self; 2], Self> {
        let at = self.len() / 2;
        self.cut(at)
    }

    /// The events before `at` and the others; the batch itself when one side would be empty.
    fn cut(mut self, at: usize) -> Result<[Self; 2], Self> {
        if at == 0 || at >= self.len() {
            return Err(self);
        }
        let mut ends = self.ends.split_off(at);
        let offset = self.ends.last().copied().unwrap_or_default();
        let bytes = self.bytes.split_off(offset);
        for end in &mut ends {
            *end -= offset;
        }
        let second = Self {
            bytes,
            ends,
            ..self.like()
        };
        Ok([self, second])
    }

    /// An empty batch with the same history.
    fn like(&self) -> Self {
        Self {
            retries: self.retries,
            panics: self.panics,
            closed: self.closed,
            urgent: self.urgent,
            from_rejected: self.from_rejected,
            ..Self::new(self.since)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(events: &[&str]) -> Batch {
        let mut batch = Batch::new(MonoTime::ZERO);
        for event in events {
            batch.push(event.as_bytes()).unwrap();
        }
        batch
    }

    fn texts(batch: &Batch) -> Vec<String> {
        let text = |event: &[u8]| String::from_utf8(event.to_vec()).unwrap();
        batch.events().map(text).collect()
    }

    #[test]
    fn halves_by_bytes_keep_order_and_bytes() {
        let whole = batch(&["a", "bb", "ccc", "dddddd"]);
        let [first, second] = whole.halves_by_bytes().unwrap();
        assert_eq!(texts(&first), ["a", "bb", "ccc"]);
        assert_eq!(texts(&second), ["dddddd"]);
    }

    #[test]
    fn halves_by_count_give_the_larger_one_last() {
        let [first, second] = batch(&["a", "b", "c"]).halves_by_count().unwrap();
        assert_eq!(
            (texts(&first), texts(&second)),
            (vec!["a".into()], vec!["b".into(), "c".into()])
        );
    }

    #[test]
    fn halves_are_never_empty_and_a_lone_event_stays_whole() {
        let [first, second] = batch(&["large-event", "b"]).halves_by_bytes().unwrap();
        assert_eq!(
            (texts(&first), texts(&second)),
            (vec!["large-event".into()], vec!["b".into()])
        );
        for halves in [Batch::halves_by_bytes, Batch::halves_by_count] {
            let whole = halves(batch(&["alone"])).unwrap_err();
            assert_eq!(texts(&whole), ["alone"]);
        }
    }
}
