//! Callers that wait until the events of earlier processes are sent.

use super::{Queue, WaitTarget};

#[derive(Debug, Default)]
pub(super) struct AdoptionState {
    /// The worker has work although nothing was recorded.
    pub(super) requested: bool,
    /// The worker has found nothing that it can adopt, and holds nothing of that kind.
    pub(super) ended: bool,
}

impl Queue {
    /// Gives the worker the task to adopt events. Returns the target to wait for, and true if the caller must
    /// start the worker.
    pub(crate) fn request_adoption(&self) -> (WaitTarget, bool) {
        let mut state = self.lock();
        state.adoption.requested = true;
        let start = state.claim_thread(&self.clock, true);
        (WaitTarget::Adoption, start)
    }

    /// Nothing is left to adopt now.
    pub(crate) fn adoption_ended(&self) {
        let mut state = self.lock();
        if !std::mem::replace(&mut state.adoption.ended, true) {
            self.to_callers.notify_all();
        }
    }
}
