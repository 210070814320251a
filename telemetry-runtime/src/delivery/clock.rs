//! The client's time: what the worker waits by, and what events are dated by.
//!
//! Two clocks that never mix. [`now`](Clock::now) only goes forward and is all that schedules
//! anything; [`wall`](Clock::wall) is written into events and envelopes and decides nothing. Both are
//! the system's, unless a test hands in its own; without the feature `testing` there is no such
//! question. Callers' deadlines are not asked of this clock: they are the callers' own real time.

use std::time::{Duration, Instant, SystemTime};

#[cfg(feature = "testing")]
use super::virtual_clock::VirtualClock;

/// Monotonic time since the client was built.
pub(crate) type MonoTime = Duration;

#[derive(Debug, Clone)]
pub(crate) struct Clock {
    started: Instant,
    #[cfg(feature = "testing")]
    scripted: Option<VirtualClock>,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            #[cfg(feature = "testing")]
            scripted: None,
        }
    }
}

#[cfg(feature = "testing")]
impl From<VirtualClock> for Clock {
    fn from(scripted: VirtualClock) -> Self {
        Self {
            scripted: Some(scripted),
            ..Self::default()
        }
    }
}

impl Clock {
    pub(crate) fn now(&self) -> MonoTime {
        #[cfg(feature = "testing")]
        if let Some(scripted) = &self.scripted {
            return scripted.now();
        }
        self.started.elapsed()
    }

    /// The present moment where it costs nothing to know it: with a test's clock, an event must not
    /// seem younger because the worker came to see it late.
    pub(crate) fn stamp(&self) -> Option<MonoTime> {
        #[cfg(feature = "testing")]
        return self.scripted.as_ref().map(VirtualClock::now);
        #[cfg(not(feature = "testing"))]
        None
    }

    pub(crate) fn wall(&self) -> SystemTime {
        #[cfg(feature = "testing")]
        if let Some(scripted) = &self.scripted {
            return scripted.wall();
        }
        SystemTime::now()
    }

    /// The part of its longest jitter that a heartbeat takes.
    pub(crate) fn jitter(&self, random: &mut fastrand::Rng) -> f64 {
        #[cfg(feature = "testing")]
        if let Some(part) = self.scripted.as_ref().and_then(VirtualClock::jitter) {
            return part;
        }
        random.f64()
    }

    /// How long to sleep when there is something to do at `at`. `None`: until somebody wakes the
    /// worker, which is also what a test's clock does when it moves.
    pub(crate) fn until(&self, at: Option<MonoTime>) -> Option<Duration> {
        #[cfg(feature = "testing")]
        if self.scripted.is_some() {
            return None;
        }
        at.map(|at| at.saturating_sub(self.now()))
    }
}
