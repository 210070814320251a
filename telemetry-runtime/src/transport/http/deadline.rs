//! Ends a request at its deadline.
//!
//! A new timer for each request would wake the runtime each time, by a system call. A connection
//! therefore has one timer, which stays registered from request to request.

use std::{
    future::{Future, poll_fn},
    pin::{Pin, pin},
    task::{Context, Poll, ready},
    time::Instant,
};

use tokio::{
    task,
    time::{Sleep, sleep_until},
};

/// The timer of a connection.
#[derive(Debug)]
pub(super) struct DeadlineTimer(Pin<Box<Sleep>>);

impl DeadlineTimer {
    /// Call it in the context of the runtime.
    pub(super) fn new(first: Instant) -> Self {
        Self(Box::pin(sleep_until(first.into())))
    }

    /// The output of `future`, or `None` if the deadline passes first.
    pub(super) async fn limit<F: Future>(
        &mut self,
        deadline: Instant,
        future: F,
    ) -> Option<F::Output> {
        let mut future = pin!(future);
        poll_fn(|context| match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => self.poll_passed(deadline, context).map(|()| None),
        })
        .await
    }

    /// The timer may still be set to the deadline of an earlier request. It is set again when that has
    /// passed, or if it is too late for this request.
    fn poll_passed(&mut self, deadline: Instant, context: &mut Context<'_>) -> Poll<()> {
        let deadline = deadline.into();
        if deadline < self.0.deadline() {
            self.0.as_mut().reset(deadline);
        }
        loop {
            // The future may have used up what a task may do in one poll.
            ready!(pin!(task::unconstrained(self.0.as_mut())).poll(context));
            if self.0.deadline() >= deadline {
                return Poll::Ready(());
            }
            self.0.as_mut().reset(deadline);
        }
    }
}
