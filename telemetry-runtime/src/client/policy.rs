//! What is done about each outcome of a request, as data.
//!
//! A policy is a table and a few numbers; it holds no state and knows no events. The core looks up
//! the action and carries it out.

use std::{ops::RangeInclusive, time::Duration};

/// What is done about an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// The events are delivered.
    Deliver,
    /// The batch is sent again after a backoff, or when the collector's `Retry-After` says.
    Retry,
    /// The batch is cut in two halves by bytes; a lone event is dropped.
    Split,
    /// The batch is cut until the rejected event stands alone and is dropped.
    Bisect,
    /// Events of the same envelope context wait; nothing is lost before its age limit.
    Pause,
    /// The events are dropped.
    Drop,
}

/// What is done about a request that was written and not answered.
///
/// The envelope has no event id, so a collector cannot tell a repetition from a new event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Ambiguous {
    /// The events are dropped: no event is ever counted twice.
    #[default]
    AtMostOnce,
    /// The events are sent again: no event is lost for this reason.
    AtLeastOnce,
}

/// What is done about each outcome of a request, and how long things may take.
///
/// The default table:
///
/// | status | action |
/// | --- | --- |
/// | 200 to 299 | deliver |
/// | 400, 422 | bisect |
/// | 408, 425, 429, 500 to 599 | retry |
/// | 413 | split |
/// | everything else: 3xx (never followed), 401, 403, 404, 407, 410, ... | pause |
#[derive(Debug, Clone)]
pub struct Policy {
    rows: Vec<(RangeInclusive<u16>, Action)>,
    pub(crate) ambiguous: Ambiguous,
    pub(crate) max_retries: Option<u32>,
    pub(crate) max_age: Duration,
    pub(crate) backoff_base: Duration,
    pub(crate) backoff_cap: Duration,
    pub(crate) retry_after_cap: Duration,
    pub(crate) pause: Duration,
    pub(crate) request_timeout: Duration,
}

const DEFAULT_ROWS: [(RangeInclusive<u16>, Action); 8] = [
    (200..=299, Action::Deliver),
    (400..=400, Action::Bisect),
    (422..=422, Action::Bisect),
    (408..=408, Action::Retry),
    (425..=425, Action::Retry),
    (429..=429, Action::Retry),
    (500..=599, Action::Retry),
    (413..=413, Action::Split),
];

const HOUR: Duration = Duration::from_secs(3600);
/// Longer waits mean "never"; the bound keeps sums of them representable.
const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

impl Default for Policy {
    fn default() -> Self {
        Self {
            rows: DEFAULT_ROWS.to_vec(),
            ambiguous: Ambiguous::AtMostOnce,
            max_retries: None,
            max_age: 24 * HOUR,
            backoff_base: Duration::from_secs(1),
            backoff_cap: Duration::from_secs(300),
            retry_after_cap: HOUR,
            pause: HOUR,
            request_timeout: Duration::from_secs(5),
        }
    }
}

impl Policy {
    /// What is done about an answer with this status.
    #[must_use]
    pub fn action(&self, status: u16) -> Action {
        let row = self
            .rows
            .iter()
            .find(|(statuses, _)| statuses.contains(&status));
        row.map_or(Action::Pause, |(_, action)| *action)
    }

    /// Puts a row on top of the table.
    #[must_use]
    pub fn row(mut self, statuses: RangeInclusive<u16>, action: Action) -> Self {
        self.rows.insert(0, (statuses, action));
        self
    }

    /// What is done about a request without an answer. Default: [`Ambiguous::AtMostOnce`].
    #[must_use]
    pub fn ambiguous(mut self, ambiguous: Ambiguous) -> Self {
        self.ambiguous = ambiguous;
        self
    }

    /// How often a batch is sent again. Default: as often as its age allows.
    #[must_use]
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = Some(retries);
        self
    }

    /// How long an event is held at most. Default: 24 hours.
    #[must_use]
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }

    /// Bounds of the exponential backoff, of which a random part is waited ("full jitter").
    /// Default: 1 s, doubled each time, up to 300 s.
    #[must_use]
    pub fn backoff(mut self, base: Duration, cap: Duration) -> Self {
        self.backoff_base = base.min(LONGEST);
        self.backoff_cap = cap.min(LONGEST);
        self
    }

    /// The longest `Retry-After` that is believed. Default: one hour.
    #[must_use]
    pub fn retry_after_cap(mut self, cap: Duration) -> Self {
        self.retry_after_cap = cap;
        self
    }

    /// How long [`Action::Pause`] lasts. Default: one hour.
    #[must_use]
    pub fn pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// How long one request may take. Default: 5 s.
    #[must_use]
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout.min(LONGEST);
        self
    }

    /// The longest wait after this many failures in a row.
    pub(crate) fn backoff_after(&self, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        self.backoff_base
            .saturating_mul(doubled)
            .min(self.backoff_cap)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_the_action_of_its_row() {
        let policy = Policy::default();
        let cases = [
            (200, Action::Deliver),
            (204, Action::Deliver),
            (302, Action::Pause),
            (400, Action::Bisect),
            (401, Action::Pause),
            (404, Action::Pause),
            (408, Action::Retry),
            (413, Action::Split),
            (422, Action::Bisect),
            (429, Action::Retry),
            (503, Action::Retry),
            (599, Action::Retry),
            (600, Action::Pause),
        ];
        for (status, action) in cases {
            assert_eq!(policy.action(status), action, "{status}");
        }
        assert_eq!(
            policy.row(404..=404, Action::Drop).action(404),
            Action::Drop
        );
    }

    #[test]
    fn backoff_doubles_up_to_its_cap() {
        let policy = Policy::default();
        let seconds = |failures| policy.backoff_after(failures).as_secs();
        assert_eq!(
            (seconds(1), seconds(2), seconds(5), seconds(u32::MAX)),
            (1, 2, 16, 300)
        );
    }
}
