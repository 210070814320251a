//! The end of an epoch: nothing that is held outlives it.

use super::{Queue, state::Renewal};
use crate::{
    client::heartbeat::Pulse,
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
    pub(crate) fn begin_epoch(&self, tell: impl FnOnce(Epoch)) -> Option<Pulse> {
        let mut state = self.lock();
        let lost = state.held();
        state.settled.drop_events(DropReason::OptedOut, lost);
        state.arena.clear();
        state.arena_since = None;
        state.worker_events = 0;
        state.epoch = epoch_after(state.epoch);
        state.begun = state.asked;
        state.done = state.asked;
        state.missed = false;
        state.has_heartbeat = false;
        let pulse = state.pulse.take();
        tell(state.epoch);
        drop(state);
        self.to_worker.notify_one();
        self.to_callers.notify_all();
        pulse
    }
}

impl super::state::State {
    /// What a worker of another epoch has to know; `None` when it is up to date.
    pub(super) fn renewal(&self, epoch: Epoch) -> Option<Renewal> {
        (self.epoch != epoch).then_some(Renewal {
            epoch: self.epoch,
            settled: self.settled,
        })
    }
}
