//! The rates of events that have a limit.
//!
//! Each event has windows of fixed length. A window begins with the first event after the end of the
//! previous one. So the first events of a burst are accepted, and the rest of the window is refused. Example
//! with 100 per minute: 150 events at once are 100 accepted and 50 refused ones; a minute after the first
//! of them, 100 more are accepted. In any span of one minute at most 200 are accepted.

use super::Queue;
use crate::{
    delivery::mono_time::MonoTime,
    event::descriptor::{EventDescriptor, RateLimit},
};

#[derive(Debug, Default)]
pub(super) struct Limits {
    windows: Vec<Window>,
    first_refused: Option<&'static EventDescriptor>,
}

#[derive(Debug)]
struct Window {
    event: &'static EventDescriptor,
    since: MonoTime,
    accepted: u32,
}

impl Limits {
    /// Counts an event. False if it is above its limit.
    fn admit(&mut self, event: &'static EventDescriptor, limit: RateLimit, now: MonoTime) -> bool {
        let known = self.windows.iter_mut();
        let Some(window) = known.into_iter().find(|window| window.event.is_same(event)) else {
            self.windows.push(Window {
                event,
                since: now,
                accepted: 1,
            });
            return true;
        };
        if now.since(window.since) >= limit.window {
            window.since = now;
            window.accepted = 0;
        }
        let admits = window.accepted < limit.events;
        if admits {
            window.accepted += 1;
        } else {
            self.first_refused.get_or_insert(event);
        }
        admits
    }
}

impl Queue {
    /// Counts an event that has a limit. False if it is above its limit and must be refused.
    pub(crate) fn admit(&self, event: &'static EventDescriptor, limit: RateLimit) -> bool {
        let now = self.clock.now();
        self.lock().limits.admit(event, limit, now)
    }

    /// The first event that was refused because of its limit.
    #[cfg(feature = "clap")]
    pub(crate) fn first_rate_limited(&self) -> Option<&'static EventDescriptor> {
        self.lock().limits.first_refused
    }
}
