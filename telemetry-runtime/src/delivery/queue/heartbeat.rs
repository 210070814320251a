//! Handing a heartbeat to the worker.

use super::Queue;
use crate::{client::heartbeat::HeartbeatTimer, delivery::epoch::Epoch};

impl Queue {
    /// Takes the client's one heartbeat in. True when the caller must start the worker.
    ///
    /// # Errors
    ///
    /// The heartbeat itself, when there is one already, or the client has ended, or the epoch.
    pub(crate) fn start_heartbeat(
        &self,
        epoch: Epoch,
        timer: HeartbeatTimer,
    ) -> Result<bool, HeartbeatTimer> {
        let mut state = self.lock();
        let refused = state.shutdown.is_some() || state.epoch != epoch;
        if refused || state.has_heartbeat {
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
