//! A flight: the batches of one request, in order.
//!
//! One batch, unless the policy sends everything that waits together. Batches are never joined, so
//! that each keeps its age and its retries; a cut goes through at most one of them.

use super::batch::Batch;

#[derive(Debug, Default)]
pub(crate) struct Flight(Vec<Batch>);

impl Flight {
    pub(crate) fn push(&mut self, mut batch: Batch) {
        batch.close();
        self.0.push(batch);
    }

    pub(crate) fn batches(&self) -> &[Batch] {
        &self.0
    }

    pub(crate) fn batches_mut(&mut self) -> &mut [Batch] {
        &mut self.0
    }

    pub(crate) fn into_batches(self) -> Vec<Batch> {
        self.0
    }

    pub(crate) fn events(&self) -> impl Iterator<Item = &[u8]> + Clone {
        self.0.iter().flat_map(Batch::events)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.iter().map(Batch::len).sum()
    }

    pub(crate) fn byte_len(&self) -> usize {
        self.0.iter().map(Batch::byte_len).sum()
    }

    /// True when any of it was cut from a rejected batch.
    pub(crate) fn is_suspect(&self) -> bool {
        self.0.iter().any(|batch| batch.suspect)
    }

    /// Cuts where the bytes are about equal; the flight itself when it is a lone event.
    pub(crate) fn halves_by_bytes(self) -> Result<[Self; 2], Self> {
        let mut left = self.byte_len() / 2;
        let mut at = 0;
        for batch in &self.0 {
            at += batch.events_within(left);
            left = left.saturating_sub(batch.byte_len());
        }
        self.cut(at.max(1))
    }

    /// Cuts where the numbers of events are about equal; the flight itself when it is a lone event.
    pub(crate) fn halves_by_count(self) -> Result<[Self; 2], Self> {
        let at = self.len() / 2;
        self.cut(at)
    }

    fn cut(self, at: usize) -> Result<[Self; 2], Self> {
        if at == 0 || at >= self.len() {
            return Err(self);
        }
        let (mut first, mut second) = (Self::default(), Self::default());
        let mut left = at;
        for batch in self.0 {
            let len = batch.len();
            match batch.cut(left) {
                Ok([before, after]) => {
                    first.0.push(before);
                    second.0.push(after);
                }
                Err(whole) if left > 0 => first.0.push(whole),
                Err(whole) => second.0.push(whole),
            }
            left = left.saturating_sub(len);
        }
        Ok([first, second])
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Each text is a batch, its words are the events.
    fn flight(batches: &[&str]) -> Flight {
        let mut flight = Flight::default();
        for events in batches {
            let mut batch = Batch::new(Duration::ZERO);
            for event in events.split(' ') {
                assert!(batch.push(event.as_bytes()).is_ok());
            }
            flight.push(batch);
        }
        flight
    }

    fn text(flight: &Flight) -> String {
        let events: Vec<_> = flight.events().collect();
        String::from_utf8(events.join(&b' ')).unwrap()
    }

    fn texts(halves: Result<[Flight; 2], Flight>) -> [String; 2] {
        halves.unwrap().map(|half| text(&half))
    }

    #[test]
    fn halves_by_bytes_keep_order_whatever_the_batches() {
        for batches in [
            &["a bb ccc dddddd"] as &[_],
            &["a", "bb ccc dddddd"],
            &["a bb ccc", "dddddd"],
            &["a", "bb", "ccc", "dddddd"],
        ] {
            let halves = texts(flight(batches).halves_by_bytes());
            assert_eq!(halves, ["a bb ccc", "dddddd"]);
        }
    }

    #[test]
    fn halves_by_count_give_the_larger_one_last() {
        for batches in [&["a b c"] as &[_], &["a b", "c"]] {
            let halves = texts(flight(batches).halves_by_count());
            assert_eq!(halves, ["a", "b c"]);
        }
    }

    #[test]
    fn halves_are_never_empty_and_a_lone_event_stays_whole() {
        let halves = texts(flight(&["large-event", "b"]).halves_by_bytes());
        assert_eq!(halves, ["large-event", "b"]);
        assert_eq!(text(&flight(&["a"]).halves_by_bytes().unwrap_err()), "a");
        assert_eq!(text(&flight(&["a"]).halves_by_count().unwrap_err()), "a");
    }
}
