//! The list of futures that wait for a flush or for the worker's end.

use std::{task::Waker, time::Instant};

use super::WaitTarget;

#[derive(Debug, Default)]
pub(super) struct Waiters {
    list: Vec<Waiter>,
    last_key: u64,
    /// The timer thread runs, or is being started.
    pub(super) timer_running: bool,
}

#[derive(Debug)]
pub(super) struct Waiter {
    key: u64,
    pub(super) target: WaitTarget,
    pub(super) deadline: Option<Instant>,
    pub(super) waker: Waker,
}

impl Waiters {
    /// Adds a waiter and sets `key`, or replaces the waker of the one with this key. Returns the
    /// replaced waker, whose destructor is foreign code.
    pub(super) fn register(
        &mut self,
        target: WaitTarget,
        deadline: Option<Instant>,
        key: &mut u64,
        waker: Waker,
    ) -> Option<Waker> {
        let known = self.list.iter_mut().find(|waiter| waiter.key == *key);
        if let Some(waiter) = known {
            return Some(std::mem::replace(&mut waiter.waker, waker));
        }
        self.last_key += 1;
        *key = self.last_key;
        self.list.push(Waiter {
            key: *key,
            target,
            deadline,
            waker,
        });
        None
    }

    pub(super) fn remove(&mut self, key: u64) -> Option<Waiter> {
        let found = self.list.iter().position(|waiter| waiter.key == key);
        found.map(|index| self.list.swap_remove(index))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The earliest deadline; `None` if no waiter has one.
    pub(super) fn first_deadline(&self) -> Option<Instant> {
        self.list.iter().filter_map(|waiter| waiter.deadline).min()
    }

    pub(super) fn take(&mut self) -> Vec<Waiter> {
        std::mem::take(&mut self.list)
    }

    pub(super) fn put_back(&mut self, waiters: Vec<Waiter>) {
        self.list = waiters;
    }
}
