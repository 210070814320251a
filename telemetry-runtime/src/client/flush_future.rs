//! The future of `flush_async` and `shutdown_async`, which works in any async runtime.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use super::shared::Shared;
use crate::delivery::queue::{FlushOutcome, WaitTarget};

/// Stack of the thread that only waits and wakes.
const STACK_BYTES: usize = 128 * 1024;

/// An outcome that is already known, or one to wait for.
#[must_use = "futures do nothing unless awaited"]
pub(super) enum Wait {
    Known(FlushOutcome),
    For(Pending),
}

pub(super) struct Pending {
    pub(super) shared: Arc<Shared>,
    pub(super) target: WaitTarget,
    pub(super) deadline: Option<Instant>,
    /// The queue's key of this future; 0 until the future is registered.
    pub(super) key: u64,
}

impl Future for Wait {
    type Output = FlushOutcome;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<FlushOutcome> {
        match &mut *self {
            Self::Known(outcome) => Poll::Ready(*outcome),
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
                // Without the thread the future would not be woken at its deadline.
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
