//! A batch: encoded events of one partition that are sent together.
//!
//! **Invariants.** Must never change the bytes or the order of events. A batch is only split, always
//! between two events.

use std::collections::TryReserveError;

use crate::delivery::mono_time::MonoTime;

/// A batch grows by this number of bytes, or by half of its size if that is more.
const STEP_BYTES: usize = 4096;

/// Memory of a batch without its events. Doubled, because the deque that holds it may have reserved
/// twice its length.
const OWN_BYTES: usize = 2 * size_of::<Batch>();

/// Upper bound of the memory that events take in batches, without the bytes of the events.
///
/// Each event takes 8 bytes for its end. The number of batches is at most `events / batch_events + 1`
/// that are full or open, plus `2 * bytes / batch_bytes` closed because the next event did not fit:
/// two such neighbours together exceed `batch_bytes`.
///
/// Example: a batch takes 160 bytes and has at most 50 events or 256 KiB. Then 160 / 50 rounds up to
/// 4 bytes per event, and 2 * 1,024 * 160 / 262,144 to 2 bytes per KiB. 1,000 events of 1,000 bytes
/// take at most 8,000 + (1,000 * 4 + 160) + 977 * 2 = 14,114 bytes, 1.4 % of their own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Overhead {
    per_event: usize,
    per_kib: usize,
}

impl Overhead {
    pub(crate) fn new(batch_events: usize, batch_bytes: usize) -> Self {
        Self {
            per_event: OWN_BYTES.div_ceil(batch_events.max(1)),
            per_kib: (2 * 1024 * OWN_BYTES).div_ceil(batch_bytes.max(1)),
        }
    }

    /// The bound in bytes for `events` with `bytes` in total. Never more than one batch per event.
    pub(crate) fn of(self, events: usize, bytes: usize) -> usize {
        let for_bytes = bytes.div_ceil(1024).saturating_mul(self.per_kib);
        let batches = (events * self.per_event + OWN_BYTES).saturating_add(for_bytes);
        events * size_of::<usize>() + batches.min(events * OWN_BYTES)
    }
}

/// Encoded events of one partition.
#[derive(Debug)]
pub(crate) struct Batch {
    bytes: Vec<u8>,
    /// Where each event ends in `bytes`.
    ends: Vec<usize>,
    /// The time at which its oldest event counts as recorded.
    pub(crate) since: MonoTime,
    /// Number of failed requests.
    pub(crate) retries: u32,
    /// Number of requests that panicked.
    pub(crate) panics: u32,
    /// No further event may be added.
    pub(crate) closed: bool,
    /// It belongs to the current round.
    pub(crate) urgent: bool,
    /// It was split from a rejected batch.
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
        // Not doubled, because unused capacity counts against the bound of the queue.
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

    /// Prevents further events and frees unused capacity.
    pub(crate) fn close(&mut self) {
        if !self.closed {
            self.closed = true;
            self.bytes.shrink_to_fit();
            self.ends.shrink_to_fit();
        }
    }

    /// Bytes of memory, including unused capacity.
    pub(crate) fn memory(&self) -> usize {
        OWN_BYTES + self.bytes.capacity() + self.ends.capacity() * size_of::<usize>()
    }

    /// Splits where the bytes are about equal; returns a single event unchanged.
    pub(crate) fn halves_by_bytes(self) -> Result<[Self; 2], Self> {
        let half = self.byte_len() / 2;
        let at = self.ends.partition_point(|end| *end <= half);
        self.split_at(at.max(1))
    }

    /// Splits where the numbers of events are about equal; returns a single event unchanged.
    pub(crate) fn halves_by_count(self) -> Result<[Self; 2], Self> {
        let at = self.len() / 2;
        self.split_at(at)
    }

    /// The events before `at` and the others; the batch itself if one side would be empty.
    fn split_at(mut self, at: usize) -> Result<[Self; 2], Self> {
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
            ..self.empty_copy()
        };
        Ok([self, second])
    }

    /// An empty batch with the same history.
    fn empty_copy(&self) -> Self {
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
        let mut batch = Batch::new(MonoTime::START);
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
    fn the_second_half_by_count_is_the_larger_one() {
        let [first, second] = batch(&["a", "b", "c"]).halves_by_count().unwrap();
        assert_eq!(
            (texts(&first), texts(&second)),
            (vec!["a".into()], vec!["b".into(), "c".into()])
        );
    }

    #[test]
    fn halves_are_never_empty_and_a_single_event_is_not_split() {
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
