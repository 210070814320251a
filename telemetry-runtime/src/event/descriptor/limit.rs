//! The limit of an event's rate.

use std::{fmt, time::Duration};

/// `limit = "100/min"`: how many events of one kind a client accepts in a window of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// Most events that are accepted in one window; at least 1.
    pub events: u32,
    /// Length of a window: one second, minute or hour. A window begins with the first event after the end
    /// of the previous one.
    pub window: Duration,
}

impl RateLimit {
    pub(crate) const fn new(events: u32, window_secs: u64) -> Self {
        Self {
            events,
            window: Duration::from_secs(window_secs),
        }
    }

    /// The window as it appears in "100 events per minute".
    #[cfg(feature = "schema")]
    pub(crate) const fn unit(&self) -> &'static str {
        match self.window.as_secs() {
            1 => "second",
            60 => "minute",
            _ => "hour",
        }
    }
}

/// The text in the declaration: `100/min`.
impl fmt::Display for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.window.as_secs() {
            1 => "s",
            60 => "min",
            _ => "h",
        };
        write!(f, "{}/{unit}", self.events)
    }
}
