//! Handing timers to the worker.

use super::Queue;
use crate::{
    delivery::{epoch::Epoch, health::RecordError, heartbeat::Original, timer::Timer},
    util::catch_panic::catch_panic,
};

/// Summaries of one client that hold counts at the same time.
pub(crate) const MOST_SUMMARIES: usize = 256;

/// A heartbeat that was not started. Its destructor is foreign code.
pub(crate) type NotStarted = (Timer, Box<dyn Original>);

/// The timers and heartbeats of an epoch that has ended.
#[must_use = "their destructors are foreign code, which runs outside of every lock"]
pub(crate) struct EndedTimers {
    pub(super) epoch: Epoch,
    pub(super) timers: Vec<Timer>,
    pub(super) heartbeats: Vec<Box<dyn Original>>,
}

impl EndedTimers {
    pub(crate) fn forget(self) {
        for timer in self.timers {
            timer.forget(self.epoch);
        }
        for heartbeat in self.heartbeats {
            let _ = catch_panic(|| drop(heartbeat));
        }
    }
}

impl Queue {
    /// Stores a heartbeat for the worker. True if the caller must start the worker.
    ///
    /// # Errors
    ///
    /// Returns the heartbeat if its event has one already, if there are as many as a client may have, or if the
    /// client or the epoch has ended.
    pub(crate) fn start_heartbeat(
        &self,
        epoch: Epoch,
        timer: Timer,
        original: Box<dyn Original>,
    ) -> Result<bool, NotStarted> {
        let event = original.descriptor();
        let mut heartbeats = self.heartbeats.lock();
        let mut state = self.lock();
        let over = state.shutdown.is_some() || state.epoch != epoch;
        if over || !heartbeats.has_room_for(event) {
            return Err((timer, original));
        }
        heartbeats.originals.push(original);
        state.timers.push(timer);
        let start = state.claim_thread(&self.clock, false);
        drop(state);
        self.to_worker.notify_one();
        Ok(start)
    }

    /// Stores the timer of a summary for the worker. True if the caller must start the worker.
    pub(crate) fn start_summary(&self, epoch: Epoch, timer: Timer) -> Result<bool, RecordError> {
        let mut state = self.lock();
        if state.epoch != epoch {
            return Err(RecordError::Off);
        }
        if state.shutdown.is_some() {
            return Err(RecordError::ShutDown);
        }
        if state.summaries >= MOST_SUMMARIES {
            return Err(RecordError::QueueFull);
        }
        state.summaries += 1;
        state.timers.push(timer);
        let start = state.claim_thread(&self.clock, false);
        drop(state);
        self.to_worker.notify_one();
        Ok(start)
    }

    /// The worker has ended timers of summaries in this epoch.
    pub(crate) fn summaries_ended(&self, epoch: Epoch, ended: usize) {
        let mut state = self.lock();
        if state.epoch == epoch {
            state.summaries = state.summaries.saturating_sub(ended);
        }
    }

    /// Counts the events that summaries had accumulated when the client ended.
    pub(crate) fn abandon(&self, timers: Vec<Timer>) {
        if timers.is_empty() {
            return;
        }
        let epoch = self.lock().epoch;
        let lost = timers.into_iter().map(|timer| timer.abandon(epoch)).sum();
        let mut state = self.lock();
        state.enqueued.count_refused(RecordError::ShutDown, lost);
    }
}
