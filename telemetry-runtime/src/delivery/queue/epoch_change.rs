//! The end of an epoch: no held event outlives it.

use super::{Queue, timers::EndedTimers};
use crate::delivery::{epoch::Epoch, health::DropReason};

impl Queue {
    /// Begins an epoch and ends all flushes.
    ///
    /// Held events are dropped and counted now, including those of the current request: its outcome
    /// is ignored, and the worker learns of the new epoch when the request returns. `set_switch` runs
    /// under the lock, so that a caller released from a flush finds the switch changed. Returns the
    /// heartbeats, and the timers that the worker has not taken yet. The caller forgets them after it has
    /// released its locks.
    pub(crate) fn begin_epoch(&self, set_switch: impl FnOnce(Epoch)) -> EndedTimers {
        let mut heartbeats = self.heartbeats.lock();
        let mut state = self.lock();
        let ended = EndedTimers {
            epoch: state.epoch,
            timers: std::mem::take(&mut state.timers),
            heartbeats: heartbeats.end(),
        };
        let lost = state.held();
        state.resolved.drop_events(DropReason::OptedOut, lost);
        state.forget_held();
        state.epoch = state.epoch.next();
        state.flush_started = state.flush_requested;
        state.flush_finished = state.flush_requested;
        state.flush_incomplete = false;
        state.summaries = 0;
        #[cfg(feature = "spool")]
        {
            state.adoption.ended = true;
        }
        set_switch(state.epoch);
        drop((state, heartbeats));
        self.to_worker.notify_one();
        self.to_callers.notify_all();
        ended
    }
}
