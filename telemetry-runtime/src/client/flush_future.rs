//! Waiting for a round or for the end, as a future of no particular runtime.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use super::shared::Shared;
use crate::delivery::queue::{FlushOutcome, WaitTarget};

/// Its thread only waits and wakes.
const STACK_BYTES: usize = 128 * 1024;

/// What can be said already, or what is waited for.
#[must_use = "futures do nothing unless awaited"]
pub(super) enum Wait {
    Known(FlushOutcome),
    For(Pending),
}

pub(super) struct Pending {
    pub(super) shared: Arc<Shared>,
    pub(super) target: WaitTarget,
    pub(super) deadline: Option<Instant>,
    /// Under which the queue knows this future; 0 before it does.
    pub(super) key: u64,
}

impl Future for Wait {
    type Output = FlushOutcome;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<FlushOutcome> {
        match &mut *self {
            Self::Known(flushed) => Poll::Ready(*flushed),
            Self::For(pending) => pending.poll(context),
        }
    }
}

impl Pending {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<FlushOutcome> {
        let queue = &self.shared.queue;
        let (poll, start) = queue.poll(self.target, self.deadline, &mut self.key, context.waker());
        if start {
            let shared = Arc::clone(&self.shared);
            let run_timer = move || shared.queue.run_timer();
            let threads = &self.shared.threads;
            if threads
                .start("telemetry-wait", STACK_BYTES, run_timer)
                .is_err()
            {
                // Nobody would wake it at its deadline.
                queue.timer_unavailable();
                return Poll::Ready(FlushOutcome::Incomplete);
            }
        }
        poll
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if self.key != 0 {
            self.shared.queue.remove_waiter(self.key);
        }
    }
}
