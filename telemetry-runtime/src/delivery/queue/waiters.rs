//! Futures that wait for a round or for the worker's end.
//!
//! They need no particular runtime, so nobody's timer is there for their deadline, and the worker
//! may be busy when it passes. One short-lived thread stands in for all futures of a client: it
//! waits as any caller does and wakes those whose time has come. It ends with the last of them.

use std::{
    task::{Poll, Waker},
    time::Instant,
};

use super::{FlushOutcome, Queue, WaitTarget, left, state::State, wait};
use crate::util::{catch_panic::catch_panic, sync::MutexGuard};

#[derive(Debug, Default)]
pub(super) struct Waiters {
    list: Vec<Waiter>,
    last_key: u64,
    /// Their thread is there.
    attended: bool,
}

#[derive(Debug)]
struct Waiter {
    key: u64,
    target: WaitTarget,
    deadline: Option<Instant>,
    waker: Waker,
}

impl Queue {
    /// What can be said of `goal`, or else `waker` is woken when something can. `key` is the
    /// future's, to be kept between calls. True when the caller must start the waiters' thread.
    pub(crate) fn poll(
        &self,
        target: WaitTarget,
        deadline: Option<Instant>,
        key: &mut u64,
        waker: &Waker,
    ) -> (Poll<FlushOutcome>, bool) {
        // Foreign code, and so not under the lock.
        let waker = waker.clone();
        let mut state = self.lock();
        if let Some(flushed) = now_known(&state, target, deadline) {
            return (Poll::Ready(flushed), false);
        }
        let waiters = &mut state.waiters;
        let known = waiters.list.iter_mut().find(|waiter| waiter.key == *key);
        let replaced = match known {
            Some(waiter) => Some(std::mem::replace(&mut waiter.waker, waker)),
            None => {
                waiters.last_key += 1;
                *key = waiters.last_key;
                waiters.list.push(Waiter {
                    key: *key,
                    target,
                    deadline,
                    waker,
                });
                None
            }
        };
        let start = !std::mem::replace(&mut waiters.attended, true);
        drop(state);
        drop(replaced);
        self.to_callers.notify_all();
        (Poll::Pending, start)
    }

    /// The future with this key does not wait any more.
    pub(crate) fn remove_waiter(&self, key: u64) {
        let mut state = self.lock();
        let list = &mut state.waiters.list;
        let found = list.iter().position(|waiter| waiter.key == key);
        let forgotten = found.map(|index| list.swap_remove(index));
        drop(state);
        self.to_callers.notify_all();
        drop(forgotten);
    }

    /// There is no thread for the waiters; the one that polls must do without.
    pub(crate) fn timer_unavailable(&self) {
        let mut state = self.lock();
        state.waiters.attended = false;
        let woken: Vec<_> = state.waiters.list.drain(..).collect();
        drop(state);
        wake(woken);
    }

    /// The life of the waiters' thread.
    pub(crate) fn run_timer(&self) {
        let mut state = self.lock();
        while !state.waiters.list.is_empty() {
            let ripe = take_ripe(&mut state);
            if ripe.is_empty() {
                let deadlines = state.waiters.list.iter().map(|waiter| waiter.deadline);
                // Without a deadline it waits for ever, which is later than any.
                let first = deadlines.flatten().min();
                state = wait(&self.to_callers, state, left(first));
            } else {
                drop(state);
                wake(ripe);
                state = self.lock();
            }
        }
        state.waiters.attended = false;
    }
}

fn now_known(state: &State, target: WaitTarget, deadline: Option<Instant>) -> Option<FlushOutcome> {
    let passed = deadline.is_some_and(|deadline| deadline <= Instant::now());
    let late = passed.then_some(FlushOutcome::DeadlinePassed);
    state.result_of(target).or(late)
}

fn take_ripe(state: &mut MutexGuard<'_, State>) -> Vec<Waiter> {
    let all = std::mem::take(&mut state.waiters.list);
    let is_ripe = |waiter: &Waiter| now_known(state, waiter.target, waiter.deadline).is_some();
    let (ripe, waiting) = all.into_iter().partition(is_ripe);
    state.waiters.list = waiting;
    ripe
}

fn wake(waiters: Vec<Waiter>) {
    for waiter in waiters {
        // Wakers are foreign code.
        let _ = catch_panic(|| waiter.waker.wake());
    }
}
