//! The open batches of one shard of the queue.
//!
//! Events join them without the queue's lock, so [`Incoming`](super::incoming::Incoming) does not know of each
//! event at once. It counts them later. A *lease* is the number of events and bytes at which the next event
//! must ask under the queue's lock. So the sum over the shards is known well enough to send a batch in time.
//!
//! **Invariants.** Joining never changes the memory of a batch, and never makes it full. A shard has at most one open batch of
//! each partition. Its first event was counted.

use super::{batch::Batch, key::PartitionKey};

/// Events and their bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) events: usize,
    pub(crate) bytes: usize,
}

impl Amount {
    #[inline]
    pub(super) fn of(batch: &Batch) -> Self {
        Self {
            events: batch.len(),
            bytes: batch.byte_len(),
        }
    }

    /// True if one of the two is as large as in `limit`.
    #[inline]
    pub(super) fn reaches(self, limit: Self) -> bool {
        self.events >= limit.events || self.bytes >= limit.bytes
    }

    pub(super) fn add(&mut self, more: Self) {
        self.events += more.events;
        self.bytes += more.bytes;
    }

    pub(super) fn subtract(&mut self, less: Self) {
        self.events -= less.events;
        self.bytes -= less.bytes;
    }
}

/// An open batch.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) batch: Batch,
    /// The part of it that was counted.
    pub(super) counted: Amount,
    pub(super) lease: Amount,
}

impl Open {
    /// An open batch that no event may join yet.
    pub(super) fn new(batch: Batch) -> Self {
        Self {
            batch,
            counted: Amount::default(),
            lease: Amount::default(),
        }
    }

    /// Counts the events that were not counted yet, and returns them.
    pub(super) fn count(&mut self) -> Amount {
        let mut new = Amount::of(&self.batch);
        new.subtract(self.counted);
        self.counted.add(new);
        new
    }
}

/// The open batches of a shard.
#[derive(Debug, Default)]
pub(crate) struct OpenBatches {
    pub(super) list: Vec<Open>,
}

impl OpenBatches {
    /// Appends an event to the open batch of its partition. False if there is none, or if the event must ask
    /// under the queue's lock.
    #[inline]
    pub(crate) fn join(&mut self, key: PartitionKey, event: &[u8]) -> bool {
        let mut batches = self.list.iter_mut();
        let Some(open) = batches.find(|open| open.batch.key.is_same(key)) else {
            return false;
        };
        let after = Amount {
            events: open.batch.len() + 1,
            bytes: open.batch.byte_len() + event.len(),
        };
        let joins = !after.reaches(open.lease) && open.batch.has_capacity(event.len());
        if joins {
            open.batch.push(event, None);
        }
        joins
    }

    pub(super) fn position(&self, key: PartitionKey) -> Option<usize> {
        let mut batches = self.list.iter();
        batches.position(|open| open.batch.key.is_same(key))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The earliest `due` of a batch.
    pub(crate) fn due<T: Ord>(&self, due: impl Fn(&Batch) -> T) -> Option<T> {
        self.list.iter().map(|open| due(&open.batch)).min()
    }

    /// Bytes of the events.
    #[cfg(test)]
    pub(super) fn byte_len(&self) -> usize {
        self.list.iter().map(|open| open.batch.byte_len()).sum()
    }

    /// Removes all events, which were counted elsewhere.
    pub(crate) fn clear(&mut self) {
        self.list = Vec::new();
    }
}
