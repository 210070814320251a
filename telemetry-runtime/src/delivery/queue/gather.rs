//! The shards seen from the queue's lock: counting, taking and removing the events of all shards.
//!
//! **Invariants.** An event is counted as accepted and as held at the same time.

use super::{
    QueueConfig,
    shards::{SHARED, Shard, Shards},
    state::State,
};
use crate::delivery::core::batch::Batch;

impl State {
    /// Counts the events that joined the batches of a shard.
    pub(super) fn count(&mut self, shard: &mut Shard) {
        self.enqueued.accepted += self.incoming.count(&mut shard.open) as u64;
        self.enqueued.coerced += std::mem::take(&mut shard.coerced);
    }

    /// Locks each shard with an open batch, counts its events and calls `change`.
    pub(super) fn each_shard(
        &mut self,
        shards: &Shards,
        mut change: impl FnMut(&mut Self, &mut Shard),
    ) {
        for index in self.open_shards.indexes() {
            let mut shard = shards.lock(index);
            self.count(&mut shard);
            change(self, &mut shard);
            self.note(index, &shard);
        }
    }

    /// Counts the events that joined without the queue's lock.
    pub(super) fn count_all(&mut self, shards: &Shards) {
        self.each_shard(shards, |_, _| {});
    }

    /// From now on every event asks under the queue's lock.
    pub(super) fn end_joining(&mut self, shards: &Shards) {
        self.each_shard(shards, |_, shard| shard.joins = None);
    }

    /// Removes all events that the worker has not taken. Joining has ended, and the caller has counted them.
    pub(super) fn clear(&mut self, shards: &Shards) {
        self.each_shard(shards, |_, shard| shard.open.clear());
        self.incoming.clear();
        self.shares = false;
    }

    /// Closes the open batches of all partitions for whose batches `also` is true, or whose sum is at a limit.
    pub(super) fn gather(
        &mut self,
        config: &QueueConfig,
        shards: &Shards,
        also: impl Fn(&Batch) -> bool,
    ) {
        self.incoming.begin_gathering();
        self.each_shard(shards, |state, shard| {
            state.incoming.want(&shard.open, &also);
        });
        if !self.incoming.wants_any() {
            return;
        }
        let (limit, closed) = (self.limit(config), self.incoming.closed());
        self.each_shard(shards, |state, shard| {
            state.incoming.withdraw(limit, &mut shard.open);
        });
        self.incoming.join_closed(closed, limit, config.bytes / 2);
    }

    /// Notes whether a shard has an open batch.
    pub(super) fn note(&mut self, index: usize, shard: &Shard) {
        self.open_shards.set(index, !shard.open.is_empty());
    }

    /// The shard of the calling thread.
    pub(super) fn shard_of_thread(&self) -> usize {
        match self.shares {
            true => SHARED,
            false => Shards::of_thread(),
        }
    }

    /// Lets all threads use one shard, because there is no memory for the batches of several ones. False if
    /// they do already, or if no other shard has memory.
    pub(super) fn begin_sharing(&mut self, config: &QueueConfig, shards: &Shards) -> bool {
        let own = Shards::of_thread();
        let mut others = self.open_shards;
        others.set(own, false);
        if self.shares || others.is_empty() {
            return false;
        }
        self.gather(config, shards, |_| true);
        self.shares = true;
        true
    }

    /// Lets each thread use its own shard again when the worker holds little.
    pub(super) fn end_sharing(&mut self, config: &QueueConfig, shards: &Shards) {
        if self.shares && self.worker_memory <= config.bytes / 4 {
            // A thread's later events go to another shard, so its earlier ones must be closed.
            self.gather(config, shards, |_| true);
            self.shares = false;
        }
    }
}
