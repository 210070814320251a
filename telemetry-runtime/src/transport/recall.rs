//! An earlier end for a request that is under way: a shutdown that begins meanwhile has a deadline
//! of its own.
//!
//! Nobody waits here; who makes a request by a future is woken.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::Instant,
};

#[derive(Debug, Default)]
pub(crate) struct Recall(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    until: Option<Instant>,
    waiting: Option<Waker>,
}

impl Recall {
    /// From now on every request ends at `until`.
    pub(crate) fn set(&self, until: Instant) {
        let mut state = self.lock();
        state.until = Some(until);
        let waiting = state.waiting.take();
        drop(state);
        if let Some(waiting) = waiting {
            waiting.wake();
        }
    }

    /// Ready when it was set.
    pub(super) fn poll(&self, context: &mut Context<'_>) -> Poll<Instant> {
        let mut state = self.lock();
        match state.until {
            Some(until) => Poll::Ready(until),
            None => {
                state.waiting = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }

    /// The request is over: what was to be woken may go, and the runtime behind it.
    pub(super) fn forget(&self) {
        let waiting = self.lock().waiting.take();
        drop(waiting);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
