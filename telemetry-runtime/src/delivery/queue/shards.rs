//! The shards of a queue: threads append to the open batches of different shards at the same time.
//!
//! A thread always uses the same shard. A call that only adds an event to an open batch takes the lock of its
//! shard. Every other call takes the queue's lock first, and then that of the shard: it begins or closes a
//! batch, needs memory, or finds that events of this epoch may not join. While memory is scarce, all threads
//! use one shard under the queue's lock, because the unused memory of an open batch serves no other thread.
//!
//! **Invariants.** A thread that holds the lock of a shard, but not that of the queue, takes no other lock.
//! Events join only while the worker has a thread and before the shutdown.

use std::{
    cell::Cell,
    iter,
    sync::{
        PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use super::recorded::Recorded;
use crate::{
    delivery::{
        core::{key::PartitionKey, open::OpenBatches},
        epoch::Epoch,
    },
    util::sync::{Mutex, MutexGuard, thread_local},
};

/// Two shards are enough to explore schedules.
const SHARDS: usize = if cfg!(all(test, shuttle)) { 2 } else { 16 };

/// The shard of all threads while memory is scarce.
pub(super) const SHARED: usize = 0;

thread_local! {
    /// The number of this thread among those that recorded an event, plus one.
    static NUMBER: Cell<usize> = const { Cell::new(0) };
}

/// Threads that recorded an event. Threads that are created together get different shards.
static THREADS: AtomicUsize = AtomicUsize::new(0);

/// The number of this thread. It is the same in a child of a fork.
#[inline]
fn number_of_thread() -> usize {
    let number = |known: &Cell<usize>| {
        if known.get() == 0 {
            known.set(THREADS.fetch_add(1, Relaxed).wrapping_add(1));
        }
        known.get()
    };
    NUMBER.try_with(number).unwrap_or_default()
}

#[derive(Debug, Default)]
pub(super) struct Shard {
    /// Events of this epoch join without the queue's lock.
    pub(super) joins: Option<Epoch>,
    pub(super) open: OpenBatches,
    /// Replaced values of events that were not counted yet.
    pub(super) coerced: u64,
}

impl Shard {
    /// Appends an event that is not stored. False if it must ask under the queue's lock.
    #[inline]
    pub(super) fn join(
        &mut self,
        epoch: Epoch,
        partition: PartitionKey,
        event: &Recorded<'_>,
    ) -> bool {
        let joins = self.joins == Some(epoch) && self.open.join(partition, event.bytes);
        if joins {
            self.coerced += u64::from(event.coerced);
        }
        joins
    }
}

/// Two lines of the cache, which some processors fetch together.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Aligned(Mutex<Shard>);

#[derive(Debug, Default)]
pub(super) struct Shards([Aligned; SHARDS]);

/// Shards that have an open batch, one bit each.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct ShardSet(u32);

impl ShardSet {
    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn set(&mut self, index: usize, contains: bool) {
        let bit = 1 << index;
        match contains {
            true => self.0 |= bit,
            false => self.0 &= !bit,
        }
    }

    pub(super) fn indexes(self) -> impl Iterator<Item = usize> {
        let mut left = self.0;
        iter::from_fn(move || {
            let index = left.trailing_zeros() as usize;
            left &= left.checked_sub(1)?;
            Some(index)
        })
    }
}

impl Shards {
    /// The index of this thread's shard.
    #[inline]
    pub(super) fn of_thread() -> usize {
        number_of_thread() % SHARDS
    }

    #[inline]
    pub(super) fn lock(&self, index: usize) -> MutexGuard<'_, Shard> {
        #[expect(clippy::indexing_slicing, reason = "the index is below the length")]
        let Aligned(shard) = &self.0[index % SHARDS];
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
