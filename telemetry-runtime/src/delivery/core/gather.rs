//! Taking the open batches of all shards together, so that a request has the events of many threads.
//!
//! The open batches of a partition are taken at the same time: when one of them is due, or when their sum is at
//! the limit of a batch. Small ones are joined, because a request costs far more than a copy.
//!
//! **Invariants.** The events of a shard keep their order. Joining batches never exceeds a limit.

use super::{
    batch::Batch,
    incoming::Incoming,
    open::{Amount, OpenBatches},
};

/// The largest batch that is copied to another one. Copying it takes about a microsecond.
const MOST_COPIED_BYTES: usize = 16 * 1024;

impl Incoming {
    /// Counts the events that joined the batches of a shard, and returns their number.
    pub(crate) fn count(&mut self, open: &mut OpenBatches) -> usize {
        let mut events = 0;
        for open in &mut open.list {
            let new = open.count();
            if let Some(tally) = self.tally(open.batch.key) {
                tally.sum.add(new);
            }
            events += new.events;
        }
        self.events += events;
        events
    }

    /// True if the open batches of a partition are together at a limit.
    pub(crate) fn has_gathered(&self) -> bool {
        let limit = self.limits.amount();
        self.tallies.iter().any(|tally| tally.sum.reaches(limit))
    }

    /// Prepares [`withdraw`](Self::withdraw): partitions whose sum is at a limit are taken.
    pub(crate) fn begin_gathering(&mut self) {
        let limit = self.limits.amount();
        for tally in &mut self.tallies {
            tally.wanted = tally.sum.reaches(limit);
        }
    }

    /// Partitions are also taken if `also` is true for one of these batches.
    pub(crate) fn want(&mut self, open: &OpenBatches, also: impl Fn(&Batch) -> bool) {
        for open in &open.list {
            if also(&open.batch)
                && let Some(tally) = self.tally(open.batch.key)
            {
                tally.wanted = true;
            }
        }
    }

    /// True if some partition is taken.
    pub(crate) fn wants_any(&self) -> bool {
        self.tallies.iter().any(|tally| tally.wanted)
    }

    /// Closes the batches of a shard whose partitions are taken. Their events were counted.
    pub(crate) fn withdraw(&mut self, limit: usize, open: &mut OpenBatches) {
        let mut index = 0;
        while let Some(key) = open.list.get(index).map(|open| open.batch.key) {
            if self.tally(key).is_some_and(|tally| tally.wanted) {
                self.close(open, index, limit);
            } else {
                index += 1;
            }
        }
    }

    /// Joins the closed batches from this index on, which come from different shards. Keeps freed memory, if at
    /// most `most_spare` bytes are spare then.
    pub(crate) fn join_closed(&mut self, from: usize, limit: usize, most_spare: usize) {
        if self.closed.len() < from + 2 {
            return;
        }
        let all = self.closed.make_contiguous();
        let Some(batches) = all.get_mut(from..) else {
            return;
        };
        batches.sort_unstable_by_key(|batch| (batch.key, batch.since));
        let (mut last, end) = (from, self.closed.len());
        for index in from + 1..end {
            let Some(batch) = self.closed.get_mut(index) else {
                break;
            };
            // The place keeps an empty batch without memory.
            let empty = Batch::new(batch.key, batch.since);
            let batch = std::mem::replace(batch, empty);
            if self.append(last, &batch, limit) {
                self.memory -= batch.memory();
                self.recycle(batch, most_spare);
            } else {
                last += 1;
                if let Some(place) = self.closed.get_mut(last) {
                    *place = batch;
                }
            }
        }
        self.closed.truncate(last + 1);
    }

    /// Copies the events of a batch to the end of a closed one. False if they do not fit.
    fn append(&mut self, to: usize, batch: &Batch, limit: usize) -> bool {
        let room = limit.saturating_sub(self.memory);
        let limits = self.limits.amount();
        let Some(target) = self.closed.get_mut(to) else {
            return false;
        };
        let mut sum = Amount::of(target);
        sum.add(Amount::of(batch));
        let fits = sum.events <= limits.events && sum.bytes <= limits.bytes;
        if target.key != batch.key || !fits || batch.byte_len() > MOST_COPIED_BYTES {
            return false;
        }
        let before = target.memory();
        let appended = target.append(batch, room);
        self.memory += target.memory() - before;
        appended
    }

    /// Number of closed batches.
    pub(crate) fn closed(&self) -> usize {
        self.closed.len()
    }
}
