//! The client's time: a monotonic clock and a wall clock.
//!
//! [`now`](Clock::now) never goes back and schedules everything. [`wall`](Clock::wall) is written
//! into events and envelopes. Both come from the system, or from a
//! test's `VirtualClock` with the feature `testing`. The deadlines of callers do not use this
//! clock; they are real time.
//!
//! **Invariants.** The wall clock must never schedule anything, because it may jump.

#[cfg(feature = "testing")]
use std::sync::Weak;
use std::time::{Duration, Instant, SystemTime};

use super::mono_time::MonoTime;
#[cfg(feature = "testing")]
use super::virtual_clock::{VirtualClock, Wake};

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
        MonoTime::from_start(self.started.elapsed())
    }

    pub(crate) fn wall(&self) -> SystemTime {
        #[cfg(feature = "testing")]
        if let Some(scripted) = &self.scripted {
            return scripted.wall();
        }
        SystemTime::now()
    }

    /// The fraction of the longest jitter that a heartbeat uses, from 0.0 to 1.0.
    pub(crate) fn jitter(&self, random: &mut fastrand::Rng) -> f64 {
        #[cfg(feature = "testing")]
        if let Some(fraction) = self.scripted.as_ref().and_then(VirtualClock::jitter) {
            return fraction;
        }
        random.f64()
    }

    /// True if the worker may wake up by itself. A test's clock wakes it instead.
    pub(crate) fn ticks(&self) -> bool {
        #[cfg(feature = "testing")]
        if self.scripted.is_some() {
            return false;
        }
        // No time passes while schedules are explored.
        cfg!(not(all(test, shuttle)))
    }

    /// How long the worker may sleep if it is due at `at`. `None` means until it is woken, which a
    /// test's clock does when it advances.
    pub(crate) fn until(&self, at: Option<MonoTime>) -> Option<Duration> {
        #[cfg(feature = "testing")]
        if self.scripted.is_some() {
            return None;
        }
        at.map(|at| at.since(self.now()))
    }

    /// Wakes `client` when a test advances the clock.
    #[cfg(feature = "testing")]
    pub(crate) fn attach(&self, client: Weak<dyn Wake>) {
        if let Some(scripted) = &self.scripted {
            scripted.attach(client);
        }
    }
}
