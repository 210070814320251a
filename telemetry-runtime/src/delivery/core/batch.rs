//! A batch: encoded events of one partition that are sent together.
//!
//! **Invariants.** Must never change the bytes or the order of events. A batch is only split, always
//! between two events.

use super::key::PartitionKey;
use crate::delivery::mono_time::MonoTime;

/// Memory of a batch without its events. Doubled, because the deque that holds it may have reserved
/// twice its length.
const OWN_BYTES: usize = 2 * size_of::<Batch>();

/// The comma after each event.
const COMMA: &[u8] = b",";

/// The least room that a batch adds when it is full. It adds half of its size if that is more.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(crate) events: usize,
    pub(crate) bytes: usize,
}

/// Encoded events of one partition.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) key: PartitionKey,
    /// The events, each followed by a comma.
    bytes: Vec<u8>,
    /// Where each event ends in `bytes`, after its comma.
    ends: Vec<usize>,
    /// When its oldest event was recorded.
    pub(crate) since: MonoTime,
    /// Number of failed requests.
    pub(crate) retries: u32,
    /// Number of requests that panicked.
    pub(crate) panics: u32,
    /// It belongs to the current round.
    pub(crate) urgent: bool,
    /// It was split from a rejected batch.
    pub(crate) from_rejected: bool,
}

impl Batch {
    pub(crate) fn new(key: PartitionKey, since: MonoTime) -> Self {
        Self {
            key,
            bytes: Vec::new(),
            ends: Vec::new(),
            since,
            retries: 0,
            panics: 0,
            urgent: false,
            from_rejected: false,
        }
    }

    /// An empty batch that uses the memory of this one.
    pub(crate) fn renew(mut self, key: PartitionKey, since: MonoTime) -> Self {
        self.bytes.clear();
        self.ends.clear();
        Self {
            bytes: self.bytes,
            ends: self.ends,
            ..Self::new(key, since)
        }
    }

    /// True if an event of this length can be added without an allocation.
    #[inline]
    pub(crate) fn has_capacity(&self, event: usize) -> bool {
        self.bytes.capacity() - self.bytes.len() > event && self.ends.len() < self.ends.capacity()
    }

    /// Makes room for an event of this length, and takes at most `most` more bytes of memory. False if
    /// that is not enough, or if the allocation fails.
    pub(crate) fn reserve(&mut self, event: usize, step: Step, most: usize) -> bool {
        let mut left = most;
        if self.ends.len() == self.ends.capacity() {
            let wanted = step.events.max(self.ends.len() / 2);
            let more = wanted.min(left / size_of::<usize>());
            if more == 0 || self.ends.try_reserve_exact(more).is_err() {
                return false;
            }
            left -= more * size_of::<usize>();
        }
        let needed = self.bytes.len() + event + COMMA.len();
        let missing = needed.saturating_sub(self.bytes.capacity());
        if missing == 0 {
            return true;
        }
        // Not doubled, because unused capacity counts against the bound of the queue.
        let wanted = step.bytes.max(self.bytes.len() / 2).min(left).max(missing);
        let free = self.bytes.capacity() - self.bytes.len();
        missing <= left && self.bytes.try_reserve_exact(free + wanted).is_ok()
    }

    /// Adds an event, for which there must be room.
    #[inline]
    pub(crate) fn push(&mut self, event: &[u8]) {
        self.bytes.extend_from_slice(event);
        self.bytes.extend_from_slice(COMMA);
        self.ends.push(self.bytes.len());
    }

    #[cfg(any(test, feature = "audit"))]
    pub(crate) fn events(&self) -> impl Iterator<Item = &[u8]> + Clone {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .filter_map(|(start, end)| self.bytes.get(start..end - COMMA.len()))
    }

    /// The events, each followed by a comma.
    pub(crate) fn joined(&self) -> &[u8] {
        &self.bytes
    }

    /// Where each event ends in [`joined`](Self::joined), after its comma.
    pub(crate) fn ends(&self) -> &[usize] {
        &self.ends
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of the events, without commas.
    #[inline]
    pub(crate) fn byte_len(&self) -> usize {
        self.bytes.len() - self.ends.len() * COMMA.len()
    }

    /// Frees unused capacity.
    pub(crate) fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// Bytes of memory, including unused capacity.
    #[inline]
    pub(crate) fn memory(&self) -> usize {
        OWN_BYTES + self.bytes.capacity() + self.ends.capacity() * size_of::<usize>()
    }

    /// Splits where the bytes are about equal; returns a single event unchanged.
    pub(crate) fn halves_by_bytes(self) -> Result<[Self; 2], Self> {
        let half = self.bytes.len() / 2;
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
        self.shrink();
        Ok([self, second])
    }

    /// An empty batch with the same history.
    fn empty_copy(&self) -> Self {
        Self {
            retries: self.retries,
            panics: self.panics,
            urgent: self.urgent,
            from_rejected: self.from_rejected,
            ..Self::new(self.key, self.since)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(events: &[&str]) -> Batch {
        let mut batch = Batch::new(PartitionKey::new("1.0"), MonoTime::START);
        for event in events {
            let step = Step {
                events: 1,
                bytes: 1,
            };
            assert!(batch.reserve(event.len(), step, usize::MAX));
            batch.push(event.as_bytes());
        }
        batch
    }

    fn texts(batch: &Batch) -> Vec<String> {
        let text = |event: &[u8]| String::from_utf8(event.to_vec()).unwrap();
        batch.events().map(text).collect()
    }

    #[test]
    fn halves_by_bytes_keep_order_and_bytes() {
        let whole = batch(&["a", "bb", "ccc", "ddddddddd"]);
        let [first, second] = whole.halves_by_bytes().unwrap();
        assert_eq!(texts(&first), ["a", "bb", "ccc"]);
        assert_eq!(texts(&second), ["ddddddddd"]);
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
