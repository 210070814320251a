//! The future of `flush_async` and `shutdown_async`, which works in any async runtime.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use super::lifecycle::Lifecycle;
use crate::delivery::queue::{FlushOutcome, WaitTarget};

/// The timer thread only waits and wakes.
const STACK_BYTES: usize = 128 * 1024;

#[must_use = "futures do nothing unless awaited"]
pub(super) enum FlushFuture {
    Ready(FlushOutcome),
    Pending(PendingFlush),
}

pub(super) struct PendingFlush {
    lifecycle: Arc<Lifecycle>,
    target: WaitTarget,
    deadline: Option<Instant>,
    /// Identifies this future in the queue; 0 before its first poll.
    key: u64,
}

impl FlushFuture {
    /// Waits for a target, or returns an outcome that is already known.
    pub(super) fn new(
        lifecycle: &Arc<Lifecycle>,
        target: Result<WaitTarget, FlushOutcome>,
        deadline: Option<Instant>,
    ) -> Self {
        match target {
            Ok(target) => Self::Pending(PendingFlush {
                lifecycle: Arc::clone(lifecycle),
                target,
                deadline,
                key: 0,
            }),
            Err(known) => Self::Ready(known),
        }
    }
}

impl Future for FlushFuture {
    type Output = FlushOutcome;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<FlushOutcome> {
        match &mut *self {
            Self::Ready(outcome) => Poll::Ready(*outcome),
            Self::Pending(pending) => pending.poll(context),
        }
    }
}

impl PendingFlush {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<FlushOutcome> {
        let shared = &self.lifecycle.shared;
        if shared.is_inherited() {
            return Poll::Ready(FlushOutcome::Incomplete);
        }
        let queue = &shared.queue;
        let (poll, start) = queue.poll(self.target, self.deadline, &mut self.key, context.waker());
        if start {
            let lifecycle = Arc::clone(&self.lifecycle);
            let run_timer = move || lifecycle.shared.queue.run_timer();
            let started = shared
                .threads
                .start("telemetry-wait", STACK_BYTES, run_timer);
            if started.is_err() {
                // Without the thread this future would not be woken at its deadline.
                queue.timer_unavailable();
                return Poll::Ready(FlushOutcome::Incomplete);
            }
        }
        poll
    }
}

impl Drop for PendingFlush {
    fn drop(&mut self) {
        if self.lifecycle.shared.is_inherited() {
            // The parent's lifecycle is leaked: this handle may be the last one.
            std::mem::forget(Arc::clone(&self.lifecycle));
        } else if self.key != 0 {
            self.lifecycle.shared.queue.remove_waiter(self.key);
        }
    }
}
