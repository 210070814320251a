//! The rules for events that are held on disk only: accepting them, and reading them back.

use super::{Queue, QueueConfig, on_disk::OnDiskPart, state::State};
use crate::{
    delivery::{
        core::{key::PartitionKey, place::Place},
        epoch::Epoch,
    },
    spool::ranges::Range,
};

impl State {
    /// Accepts a stored event that does not fit into memory.
    pub(super) fn keep_on_disk(&mut self, key: PartitionKey, place: Option<Place>) -> bool {
        let Some((segment, number)) = place.and_then(Place::stored) else {
            return false;
        };
        self.on_disk.add(key, segment, Range::of_one(number));
        true
    }

    /// The events that the worker may read back now. They count as the worker's.
    pub(super) fn take_from_disk(&mut self) -> Option<OnDiskPart> {
        let part = self.on_disk.pop()?;
        let events = part.numbers.count();
        self.worker_events += events;
        self.worker_stored += events;
        Some(part)
    }

    /// True if events are on disk only, and half of the memory is free.
    pub(super) fn may_read_back(&self, config: &QueueConfig) -> bool {
        let used = self.worker_memory + self.incoming.used_memory();
        self.on_disk.events > 0 && used <= config.bytes / 2
    }
}

impl Queue {
    /// Takes back events that the worker has not loaded.
    pub(crate) fn keep_on_disk(&self, epoch: Epoch, part: OnDiskPart) {
        let mut state = self.lock();
        if state.epoch != epoch {
            return;
        }
        let events = part.numbers.count();
        state.worker_events = state.worker_events.saturating_sub(events);
        state.worker_stored = state.worker_stored.saturating_sub(events);
        for range in part.numbers.iter() {
            state.on_disk.add(part.key, part.segment, range);
        }
    }

    /// Bytes of memory that no event uses.
    pub(crate) fn free_memory(&self) -> usize {
        let state = self.lock();
        let used = state.worker_memory + state.incoming.used_memory();
        self.config.bytes.saturating_sub(used)
    }
}
