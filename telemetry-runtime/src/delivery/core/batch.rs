//! A batch: encoded events of one partition that are sent together.
//!
//! **Invariants.** Must never change the bytes or the order of events. A batch is only split, always
//! between two events.

use super::{key::PartitionKey, place::Place};
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
    /// The places of the events, up to the last one that is stored.
    places: Vec<Place>,
    /// When its oldest event was recorded.
    pub(crate) since: MonoTime,
    /// Number of failed requests.
    pub(crate) retries: u32,
    /// Number of requests that panicked.
    pub(crate) panics: u8,
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
            places: Vec::new(),
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
        self.places.clear();
        Self {
            bytes: self.bytes,
            ends: self.ends,
            places: self.places,
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

    /// Makes room for the place of the next event, and takes at most `most` more bytes of memory. False if
    /// that is not enough, or if the allocation fails.
    pub(crate) fn reserve_place(&mut self, most: usize) -> bool {
        let needed = self.len() + 1;
        if self.places.capacity() >= needed {
            return true;
        }
        let wanted = self.ends.capacity().max(needed);
        let taken = (wanted - self.places.capacity()) * size_of::<Place>();
        taken <= most
            && self
                .places
                .try_reserve_exact(wanted - self.places.len())
                .is_ok()
    }

    /// Adds an event, for which there must be room. With a place, there must be room for it, too.
    #[inline]
    pub(crate) fn push(&mut self, event: &[u8], place: Option<Place>) {
        if let Some(place) = place {
            self.places.resize(self.len(), Place::MEMORY);
            self.places.push(place);
        }
        self.bytes.extend_from_slice(event);
        self.bytes.extend_from_slice(COMMA);
        self.ends.push(self.bytes.len());
    }

    /// Adds the events of another batch, and takes at most `most` more bytes of memory. False if that is not
    /// enough, or if the allocation fails.
    pub(crate) fn append(&mut self, other: &Self, most: usize) -> bool {
        fn missing<T>(list: &Vec<T>, more: usize) -> usize {
            let room = list.capacity() - list.len();
            more.saturating_sub(room) * size_of::<T>()
        }
        let (bytes, ends) = (other.bytes.len(), other.ends.len());
        // Places in the middle of the list are needed for all events before them.
        let places = match other.places.len() {
            0 => 0,
            last => self.len() - self.places.len() + last,
        };
        let needed =
            missing(&self.bytes, bytes) + missing(&self.ends, ends) + missing(&self.places, places);
        if needed > most
            || self.bytes.try_reserve_exact(bytes).is_err()
            || self.ends.try_reserve_exact(ends).is_err()
            || self.places.try_reserve_exact(places).is_err()
        {
            return false;
        }
        if places > 0 {
            self.places.resize(self.len(), Place::MEMORY);
            self.places.extend_from_slice(&other.places);
        }
        let before = self.bytes.len();
        self.bytes.extend_from_slice(&other.bytes);
        self.ends.extend(other.ends.iter().map(|end| before + end));
        true
    }

    #[cfg(any(test, feature = "audit"))]
    pub(crate) fn events(&self) -> impl Iterator<Item = &[u8]> + Clone {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .filter_map(|(start, end)| self.bytes.get(start..end - COMMA.len()))
    }

    /// The places of the stored events. Their order is not that of the files: callers may enqueue in another
    /// order than they stored.
    pub(crate) fn stored(&self) -> impl Iterator<Item = Place> {
        let places = self.places.iter().copied();
        places.filter(|place| *place != Place::MEMORY)
    }

    /// The number of stored events.
    #[inline]
    pub(crate) fn stored_len(&self) -> u64 {
        if self.places.is_empty() {
            return 0;
        }
        self.stored().count() as u64
    }

    /// The batch without the events that are stored in this segment.
    #[cfg_attr(not(all(feature = "http", feature = "spool")), allow(dead_code))]
    pub(crate) fn without_segment(self, segment: u32) -> Self {
        let mut rest = self.empty_copy();
        let mut start = 0;
        for (index, end) in self.ends.iter().enumerate() {
            let place = self.places.get(index).copied().unwrap_or(Place::MEMORY);
            let is_lost = place.stored().is_some_and(|(of, _)| of == segment);
            if let (Some(event), false) = (self.bytes.get(start..*end), is_lost) {
                let event = event.strip_suffix(COMMA).unwrap_or(event);
                rest.push(event, Some(place).filter(|place| *place != Place::MEMORY));
            }
            start = *end;
        }
        rest
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
        self.places.shrink_to_fit();
    }

    /// Bytes of memory, including unused capacity.
    #[inline]
    pub(crate) fn memory(&self) -> usize {
        OWN_BYTES
            + self.bytes.capacity()
            + self.ends.capacity() * size_of::<usize>()
            + self.places.capacity() * size_of::<Place>()
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
        let places = self.places.split_off(at.min(self.places.len()));
        for end in &mut ends {
            *end -= offset;
        }
        let second = Self {
            bytes,
            ends,
            places,
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
            assert!(batch.reserve_place(usize::MAX));
            let place = Place::new(1, event.len() as u64).filter(|_| event.len() != 2);
            batch.push(event.as_bytes(), place);
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
    fn halves_keep_the_places_of_their_events() {
        let whole = batch(&["a", "bb", "ccc", "dddd", "ee"]);
        let place = |number| Place::new(1, number).unwrap();
        assert_eq!(whole.stored().collect::<Vec<_>>(), [1, 3, 4].map(place));
        let memory = whole.memory();
        let [first, second] = whole.halves_by_count().unwrap();
        assert_eq!(first.stored().collect::<Vec<_>>(), [place(1)]);
        assert_eq!(second.stored().collect::<Vec<_>>(), [3, 4].map(place));
        assert!(first.memory() < memory);
        let renewed = second.renew(PartitionKey::new("1.0"), MonoTime::START);
        assert_eq!(renewed.stored().count(), 0);
    }

    #[test]
    fn appended_events_keep_their_places() {
        let place = |number| Place::new(1, number).unwrap();
        for (first, second, places) in [
            (["a", "bb"], ["ccc", "dd"], vec![1, 3]),
            (["aa", "bb"], ["cc", "ddd"], vec![3]),
            (["a", "bbb"], ["cc", "dd"], vec![1, 3]),
        ] {
            let mut whole = batch(&first);
            let second = batch(&second);
            let before = whole.memory();
            assert!(!whole.append(&second, 5));
            assert_eq!(whole.memory(), before);
            assert!(whole.append(&second, 100));
            assert!(whole.memory() <= before + 100);
            assert_eq!(
                whole.stored().collect::<Vec<_>>(),
                places.iter().copied().map(place).collect::<Vec<_>>()
            );
            // A place belongs to the event of this length.
            for (index, event) in whole.events().enumerate() {
                let found = whole.places.get(index).copied().and_then(Place::stored);
                let expected = Some((1, event.len() as u64)).filter(|_| event.len() != 2);
                assert_eq!(found, expected, "{index}");
            }
        }
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
