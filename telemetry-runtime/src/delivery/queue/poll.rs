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
        let replaced = state.waiters.register(target, deadline, key, waker);
        let start = !std::mem::replace(&mut state.waiters.timer_running, true);
        drop(state);
        drop(replaced);
        self.to_callers.notify_all();
        (Poll::Pending, start)
    }

    /// The future with this key was dropped.
    pub(crate) fn remove_waiter(&self, key: u64) {
        let mut state = self.lock();
        let removed = state.waiters.remove(key);
        drop(state);
        self.to_callers.notify_all();
        drop(removed);
    }

    /// The system refused the timer thread: wakes all futures, so that they poll again.
    pub(crate) fn timer_unavailable(&self) {
        let mut state = self.lock();
        state.waiters.timer_running = false;
        let woken = state.waiters.take();
        drop(state);
        wake(woken);
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

fn take_ready(state: &mut State) -> Vec<Waiter> {
    let all = state.waiters.take();
    let is_ready = |waiter: &Waiter| outcome_now(state, waiter.target, waiter.deadline).is_some();
    let (ready, waiting) = all.into_iter().partition(is_ready);
    state.waiters.put_back(waiting);
    ready
}

fn wake(waiters: Vec<Waiter>) {
    for waiter in waiters {
        // Wakers are foreign code.
        let _ = catch_panic(|| waiter.waker.wake());
    }
}
