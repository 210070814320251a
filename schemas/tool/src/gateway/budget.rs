//! The bytes of all bodies in memory.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// The budget of all requests.
#[derive(Debug)]
pub(super) struct Budget {
    used: AtomicUsize,
    limit: usize,
}

impl Budget {
    pub(super) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self {
            used: AtomicUsize::new(0),
            limit,
        })
    }

    /// Bytes in use.
    pub(super) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }
}

/// The part of one request. Its drop gives the bytes back.
#[derive(Debug)]
pub(super) struct Share {
    budget: Arc<Budget>,
    bytes: usize,
}

impl Share {
    pub(super) fn new(budget: &Arc<Budget>) -> Self {
        Self {
            budget: Arc::clone(budget),
            bytes: 0,
        }
    }

    /// Changes the size. Returns whether the budget has place for it; if not, the size stays the same.
    pub(super) fn resize(&mut self, bytes: usize) -> bool {
        let used = &self.budget.used;
        if bytes <= self.bytes {
            used.fetch_sub(self.bytes - bytes, Ordering::Relaxed);
        } else {
            let more = bytes - self.bytes;
            let limit = self.budget.limit;
            let taken = used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
                used.checked_add(more).filter(|sum| *sum <= limit)
            });
            if taken.is_err() {
                return false;
            }
        }
        self.bytes = bytes;
        true
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.budget.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_never_more_than_the_budget() {
        let budget = Budget::new(10);
        let share = || Share::new(&budget);
        let (mut one, mut other) = (share(), share());
        assert!(one.resize(6));
        assert!(other.resize(4));
        assert!(!other.resize(5));
        assert!(!one.resize(usize::MAX));
        assert_eq!(budget.used(), 10);
        assert!(one.resize(1));
        assert!(other.resize(9));
        drop((one, other));
        assert_eq!(budget.used(), 0);
    }
}
