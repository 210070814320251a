//! Polling for the end of a flush or of the worker, for futures.
//!
//! The futures work on any async runtime, so they cannot use its timer for their deadline, and the
//! worker may be busy when the deadline passes. One short-lived timer thread serves all futures of a
//! client: it waits like any caller, wakes the futures that are ready, and ends with the last one.

use std::{
    task::{Poll, Waker},
    time::Instant,
};

use super::{FlushOutcome, Queue, WaitTarget, state::State, time_left, wait, waiters::Waiter};
use crate::util::catch_panic::catch_panic;

/// The futures that are taken from the list under one lock. Calls that record wait for that lock.
const WAKES_PER_LOCK: usize = 64;

impl Queue {
    /// The outcome for `target` if it is known; otherwise `waker` is woken later. `key` identifies the
    /// future and is kept by it between calls. True if the caller must start the timer thread.
    pub(crate) fn poll(
        &self,
        target: WaitTarget,
        deadline: Option<Instant>,
        key: &mut u64,
        waker: &Waker,
    ) -> (Poll<FlushOutcome>, bool) {
        // Foreign code, which must not run under the lock.
        let waker = waker.clone();
        let mut state = self.lock();
        if let Some(outcome) = outcome_now(&state, target, deadline) {
            return (Poll::Ready(outcome), false);
        }
        let sleeps_until = state.waiters.first_deadline();
        let replaced = state.waiters.register(target, deadline, key, waker);
        let earlier = state.waiters.first_deadline() != sleeps_until;
        let start = !std::mem::replace(&mut state.waiters.timer_running, true);
        drop(state);
        drop(replaced);
        if earlier {
            self.to_callers.notify_all();
        }
        (Poll::Pending, start)
    }

    /// The future with this key was dropped.
    pub(crate) fn remove_waiter(&self, key: u64) {
        let mut state = self.lock();
        let removed = state.waiters.remove(key);
        let last = removed.is_some() && state.waiters.is_empty();
        drop(state);
        if last {
            // The timer thread ends.
            self.to_callers.notify_all();
        }
        drop(removed);
    }

    /// The system refused the timer thread: wakes all futures, so that they poll again.
    pub(crate) fn timer_unavailable(&self) {
        let mut state = self.lock();
        state.waiters.timer_running = false;
        // A future that polls again is behind these in the list.
        let mut left = state.waiters.len();
        while left > 0 {
            let woken: Vec<_> = (0..left.min(WAKES_PER_LOCK))
                .map_while(|_| state.waiters.take_any())
                .collect();
            left = left.saturating_sub(WAKES_PER_LOCK);
            drop(state);
            wake(woken);
            state = self.lock();
        }
    }

    /// Runs on the timer thread.
    pub(crate) fn run_timer(&self) {
        let mut state = self.lock();
        while !state.waiters.is_empty() {
            let ready = take_ready(&mut state);
            if ready.is_empty() {
                let left = time_left(state.waiters.first_deadline());
                state = wait(&self.to_callers, state, left);
            } else {
                drop(state);
                wake(ready);
                state = self.lock();
            }
        }
        state.waiters.timer_running = false;
    }
}

fn outcome_now(
    state: &State,
    target: WaitTarget,
    deadline: Option<Instant>,
) -> Option<FlushOutcome> {
    let passed = deadline.is_some_and(|deadline| deadline <= Instant::now());
    let late = passed.then_some(FlushOutcome::DeadlinePassed);
    state.result_of(target).or(late)
}

/// At most [`WAKES_PER_LOCK`] waiters whose outcome is known.
fn take_ready(state: &mut State) -> Vec<Waiter> {
    let now = Instant::now();
    // Without a running worker, the outcome of every target is known.
    let all = state.result_of(WaitTarget::WorkerEnd).is_some();
    let flushed = state.flush_finished;
    let next = |_| match all {
        true => state.waiters.take_any(),
        false => state.waiters.take_ready(flushed, now),
    };
    (0..WAKES_PER_LOCK).map_while(next).collect()
}

fn wake(waiters: Vec<Waiter>) {
    for waiter in waiters {
        // Wakers are foreign code.
        let _ = catch_panic(|| waiter.waker.wake());
    }
}
