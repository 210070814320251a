//! The futures that wait for a flush or for the worker's end.
//!
//! Adding, removing and waking one future takes logarithmic time, so that many futures at once do not
//! delay calls that record.

use std::{
    collections::{BTreeMap, BTreeSet},
    task::Waker,
    time::Instant,
};

use super::WaitTarget;

#[derive(Debug, Default)]
pub(super) struct Waiters {
    by_key: BTreeMap<u64, Waiter>,
    /// The number of the flush, and the key.
    by_flush: BTreeSet<(u64, u64)>,
    by_deadline: BTreeSet<(Instant, u64)>,
    last_key: u64,
    /// The timer thread runs, or is being started.
    pub(super) timer_running: bool,
    /// The number of waiters that were added, looked up or removed.
    #[cfg(test)]
    pub(super) steps: u64,
}

#[derive(Debug)]
pub(super) struct Waiter {
    target: WaitTarget,
    deadline: Option<Instant>,
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
        self.count_step();
        if let Some(waiter) = self.by_key.get_mut(key) {
            return Some(std::mem::replace(&mut waiter.waker, waker));
        }
        self.last_key += 1;
        *key = self.last_key;
        if let WaitTarget::Flush(number) = target {
            self.by_flush.insert((number, *key));
        }
        if let Some(deadline) = deadline {
            self.by_deadline.insert((deadline, *key));
        }
        let waiter = Waiter {
            target,
            deadline,
            waker,
        };
        self.by_key.insert(*key, waiter);
        None
    }

    pub(super) fn remove(&mut self, key: u64) -> Option<Waiter> {
        self.count_step();
        let waiter = self.by_key.remove(&key)?;
        if let WaitTarget::Flush(number) = waiter.target {
            self.by_flush.remove(&(number, key));
        }
        if let Some(deadline) = waiter.deadline {
            self.by_deadline.remove(&(deadline, key));
        }
        Some(waiter)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.by_key.len()
    }

    /// The earliest deadline; `None` if no waiter has one.
    pub(super) fn first_deadline(&self) -> Option<Instant> {
        self.by_deadline.first().map(|(deadline, _)| *deadline)
    }

    /// Removes a waiter that is ready: of a flush up to `flushed`, or with a deadline up to `now`.
    pub(super) fn take_ready(&mut self, flushed: u64, now: Instant) -> Option<Waiter> {
        let flushed = self.by_flush.first().filter(|(flush, _)| *flush <= flushed);
        let late = self.by_deadline.first().filter(|(until, _)| *until <= now);
        let key = flushed.map(|(_, key)| key).or(late.map(|(_, key)| key));
        key.copied().and_then(|key| self.remove(key))
    }

    /// Removes any waiter.
    pub(super) fn take_any(&mut self) -> Option<Waiter> {
        let key = self.by_key.first_key_value().map(|(key, _)| *key)?;
        self.remove(key)
    }

    fn count_step(&mut self) {
        #[cfg(test)]
        {
            self.steps += 1;
        }
    }
}
