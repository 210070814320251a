//! The end of an epoch: nothing that is held outlives it.

use super::{Queue, state::EpochChange};
use crate::{
    client::heartbeat::HeartbeatTimer,
    delivery::{
        epoch::{Epoch, epoch_after},
        health::DropReason,
    },
};

impl Queue {
    /// Begins an epoch. What is held is dropped and counted now, also what the worker is just
    /// sending: it learns of it when it comes back, and what became of its request does not count.
    /// Flushes are over; `tell` runs under the lock, so that whoever they let go finds what it said.
    /// A heartbeat that the worker does not have yet is returned, as its destructor is foreign code.
    pub(crate) fn begin_epoch(&self, tell: impl FnOnce(Epoch)) -> Option<HeartbeatTimer> {
        let mut state = self.lock();
        let lost = state.held();
        state.resolved.drop_events(DropReason::OptedOut, lost);
        state.arena.clear();
        state.arena_since = None;
        state.worker_events = 0;
        state.epoch = epoch_after(state.epoch);
        state.flush_started = state.flush_requested;
        state.flush_finished = state.flush_requested;
        state.flush_incomplete = false;
        state.has_heartbeat = false;
        let timer = state.timer.take();
        tell(state.epoch);
        drop(state);
        self.to_worker.notify_one();
        self.to_callers.notify_all();
        timer
    }
}

impl super::state::State {
    /// What a worker of another epoch has to know; `None` when it is up to date.
    pub(super) fn epoch_change(&self, epoch: Epoch) -> Option<EpochChange> {
        (self.epoch != epoch).then_some(EpochChange {
            epoch: self.epoch,
            resolved: self.resolved,
        })
    }
}
