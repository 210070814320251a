//! Monotonic time.

use std::time::Duration;

/// Monotonic time since the client was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct MonoTime(Duration);

impl MonoTime {
    pub(crate) const START: Self = Self(Duration::ZERO);

    pub(crate) const fn from_start(elapsed: Duration) -> Self {
        Self(elapsed)
    }

    pub(crate) const fn saturating_add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration))
    }

    /// At least [`START`](Self::START).
    pub(crate) const fn saturating_sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(duration))
    }

    /// The time from `earlier` to this one; zero if `earlier` is later.
    pub(crate) const fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}
