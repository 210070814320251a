//! Compares `expires` of events with the date.
//!
//! The derive does not: whether a declaration compiles must not depend on the date.

use std::time::{Duration, SystemTime};

use super::registry::Registry;
use crate::{event::descriptor::EventDescriptor, wire::timestamp::Formatter};

/// The value of `expires` for an event that needs no second review.
const NEVER: &str = "never";

const SECONDS_PER_DAY: u64 = 24 * 60 * 60;

/// A date in UTC, `YYYY-MM-DD`. Dates in this form sort correctly as text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day(String);

impl Day {
    pub(super) fn of(time: SystemTime) -> Self {
        let text = Formatter::new().format(time);
        Self(text.as_str().get(..10).unwrap_or_default().to_owned())
    }

    /// The date `days` after the one of `time`; at most the last date that this form can represent.
    pub(super) fn after(time: SystemTime, days: u32) -> Self {
        let later = Duration::from_secs(SECONDS_PER_DAY * u64::from(days));
        time.checked_add(later)
            .map_or_else(|| Self("9999-12-31".to_owned()), Self::of)
    }
}

impl Registry {
    /// The events whose last day is before `day`. The last day itself is still valid.
    pub(super) fn expired_before(&self, day: &Day) -> Vec<&'static EventDescriptor> {
        let has_expired = |event: &&EventDescriptor| {
            let last = event.expires.filter(|last| *last != NEVER);
            last.is_some_and(|last| last < day.0.as_str())
        };
        self.events().iter().copied().filter(has_expired).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(days: u32) -> String {
        Day::after(SystemTime::UNIX_EPOCH, days).0
    }

    #[test]
    fn days_are_dates_of_the_calendar() {
        assert_eq!(Day::of(SystemTime::UNIX_EPOCH), Day("1970-01-01".into()));
        assert_eq!(day(31), "1970-02-01");
        assert_eq!(day(789), "1972-02-29");
        assert_eq!(day(20_818), "2026-12-31");
        assert_eq!(day(20_819), "2027-01-01");
    }
}
