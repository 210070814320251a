//! Handing a heartbeat to the worker.

use super::Queue;
use crate::delivery::{epoch::Epoch, heartbeat::HeartbeatTimer};

impl Queue {
    /// Stores the client's one heartbeat for the worker. True if the caller must start the worker.
    ///
    /// # Errors
    ///
    /// Returns the timer if there is a heartbeat already, or if the client or the epoch has ended.
    pub(crate) fn start_heartbeat(
        &self,
        epoch: Epoch,
        timer: HeartbeatTimer,
    ) -> Result<bool, HeartbeatTimer> {
        let mut state = self.lock();
        let over = state.shutdown.is_some() || state.epoch != epoch;
        if over || state.has_heartbeat {
            return Err(timer);
        }
        state.has_heartbeat = true;
        state.timer = Some(timer);
        let start = state.claim_thread(&self.clock, false);
        drop(state);
        self.to_worker.notify_one();
        Ok(start)
    }
}
