//! The policy: the action for each outcome of a request, as data.
//!
//! The delivery core looks up the action and performs it.
//!
//! **Invariants.** A policy is a constant table with a few numbers. It has no state and does not know
//! events.

#[cfg(feature = "otlp")]
mod otlp;
pub(crate) mod table;

use std::{ops::RangeInclusive, time::Duration};

use self::table::Table;
use crate::util::duration::LONGEST;

/// The action for the events of a request that was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// The events are delivered, except those that the response counts as
    /// [rejected](crate::transport::Response::rejected).
    Deliver,
    /// The events are sent again after a backoff, or after the collector's `Retry-After`.
    Retry,
    /// The batch is cut in two halves by bytes; a single event is dropped.
    Split,
    /// The batch is cut until a rejected event is alone and is dropped.
    Bisect,
    /// Events of the same envelope context wait; none is dropped before its age limit.
    Pause,
    /// The events are dropped.
    Drop,
}

/// The action for a request that was written and not answered.
///
/// The envelope has no event id, so a collector cannot tell a repetition from a new event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum OnAmbiguous {
    /// The events are dropped: no event is received twice.
    #[default]
    AtMostOnce,
    /// The events are sent again: no event is lost for this reason, but some may be received twice.
    AtLeastOnce,
}

/// The action for each outcome of a request, with limits of time and retries.
///
/// A policy is a constant of a [`Product`](crate::Product), or a setting of one client:
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::{Policy, Product, policy::Action};
///
/// static MY_TOOL: Product = Product::new("my-tool").policy(
///     Policy::new()
///         .request_timeout(Duration::from_secs(2))
///         .row(429..=429, Action::Drop),
/// );
/// ```
///
/// # The default
///
/// | outcome | action | why |
/// | --- | --- | --- |
/// | 2xx | deliver | the status decides, regardless of the body of the answer |
/// | 400, 422 | bisect | one rejected event must not drop up to 49 accepted ones |
/// | 408, 5xx | retry | the collector or the network failed, not the events |
/// | 413 | split by bytes | the cut moves towards a large event, so that few requests find it |
/// | 425, 429 | retry | the collector asks to wait |
/// | 3xx, 401, 403, 404, 410, other 4xx | pause for an hour | a wrong key, address or proxy can be corrected |
/// | any other status | pause for an hour | not a valid status: something else answered |
/// | no answer | drop ([`OnAmbiguous::AtMostOnce`]) | the collector may have the events: sent again, they would be counted twice |
/// | not sent | retry | the collector certainly does not have the events |
///
/// | number | default | why |
/// | --- | --- | --- |
/// | `Retry-After` | honoured, up to an hour | the collector knows when it is available |
/// | retries | as often as the age allows | an outage of minutes would use up a small number of retries |
/// | backoff | 1 s to 300 s, with jitter; after a failure one batch is sent, the others wait for its outcome | clients that fail together must not retry together |
/// | age | 24 hours | ends the retries, which have no limit |
/// | request timeout | 5 s | a slow collector must not delay other batches for long |
///
/// # The cost of a rejected event
///
/// [`Action::Bisect`] cuts a rejected batch of n events in halves; every accepted event is delivered.
/// With n rounded up to a power of two, one rejected event costs at most 2 log2 n + 1 requests: 13 for
/// a batch of 50. k rejected events cost at most 2 k log2 n + 1 requests and never more than 2 n - 1.
///
/// After 64 cuts in a row without a delivered event, the part that is still rejected is dropped. If
/// the collector accepted no event of the envelope context since the previous batch, the limit is
/// log2 n cuts.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    table: Table,
    pub(crate) ambiguous: OnAmbiguous,
    pub(crate) max_retries: Option<u32>,
    pub(crate) max_age: Duration,
    backoff_base: Duration,
    backoff_cap: Duration,
    pub(crate) retry_after_cap: Duration,
    pub(crate) pause: Duration,
    pub(crate) request_timeout: Duration,
}

const HOUR: Duration = Duration::from_secs(3600);

// Computed at compile time: building a client only copies it.
const DEFAULT: Policy = Policy {
    table: Table::all(Action::Pause)
        .row(200, 299, Action::Deliver)
        .row(400, 400, Action::Bisect)
        .row(408, 408, Action::Retry)
        .row(413, 413, Action::Split)
        .row(422, 422, Action::Bisect)
        .row(425, 425, Action::Retry)
        .row(429, 429, Action::Retry)
        .row(500, 599, Action::Retry),
    ambiguous: OnAmbiguous::AtMostOnce,
    max_retries: None,
    max_age: Duration::from_secs(24 * 3600),
    backoff_base: Duration::from_secs(1),
    backoff_cap: Duration::from_secs(300),
    retry_after_cap: HOUR,
    pause: HOUR,
    request_timeout: Duration::from_secs(5),
};

impl Default for Policy {
    fn default() -> Self {
        Self::new()
    }
}

impl Policy {
    /// The default policy.
    #[must_use]
    pub const fn new() -> Self {
        DEFAULT
    }

    /// The action for an answer with this status.
    #[must_use]
    pub const fn action(&self, status: u16) -> Action {
        self.table.action(status)
    }

    /// Sets the action for these statuses. A status above 999 is not valid and has the action of 999.
    #[must_use]
    pub const fn row(mut self, statuses: RangeInclusive<u16>, action: Action) -> Self {
        self.table = self.table.row(*statuses.start(), *statuses.end(), action);
        self
    }

    /// Sets the action for a request without an answer. Default: [`OnAmbiguous::AtMostOnce`].
    #[must_use]
    pub const fn ambiguous(mut self, ambiguous: OnAmbiguous) -> Self {
        self.ambiguous = ambiguous;
        self
    }

    /// Sets how often an event is sent again. Default: as often as its age allows.
    #[must_use]
    pub const fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = Some(retries);
        self
    }

    /// Sets how long an event is held. Default: 24 hours.
    #[must_use]
    pub const fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }

    /// Sets the bounds of the exponential backoff; the wait is a random part of it ("full jitter").
    /// Default: 1 s, doubled after each failure, up to 300 s. Both are at least 100 ms.
    #[must_use]
    pub const fn backoff(mut self, base: Duration, cap: Duration) -> Self {
        self.backoff_base = shorter(base, LONGEST);
        self.backoff_cap = shorter(cap, LONGEST);
        self
    }

    /// Sets the longest `Retry-After` that is honoured; zero ignores the header. `Retry-After: 0` is
    /// ignored too. Default: one hour.
    #[must_use]
    pub const fn retry_after_cap(mut self, cap: Duration) -> Self {
        self.retry_after_cap = cap;
        self
    }

    /// Sets how long [`Action::Pause`] lasts; at least 100 ms. Default: one hour.
    #[must_use]
    pub const fn pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// Sets how long one request may take. Default: 5 s. A request that begins during a shutdown ends
    /// at the shutdown's deadline or earlier; one that is in flight keeps its deadline.
    #[must_use]
    pub const fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = shorter(timeout, LONGEST);
        self
    }

    /// The backoff after this number of failures in a row, before jitter: 1, 2, 4, ... times the base.
    pub(crate) fn backoff_after(&self, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        self.backoff_base
            .saturating_mul(doubled)
            .min(self.backoff_cap)
    }
}

/// `Ord::min` in a constant.
const fn shorter(a: Duration, b: Duration) -> Duration {
    if a.as_nanos() < b.as_nanos() { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_the_action_of_its_row() {
        use Action::*;
        let default = Policy::default();
        let cases = [
            (0, Pause),
            (101, Pause),
            (200, Deliver),
            (204, Deliver),
            (302, Pause),
            (400, Bisect),
            (401, Pause),
            (404, Pause),
            (408, Retry),
            (413, Split),
            (422, Bisect),
            (425, Retry),
            (429, Retry),
            (503, Retry),
            (599, Retry),
            (600, Pause),
            (u16::MAX, Pause),
        ];
        for (status, action) in cases {
            assert_eq!(default.action(status), action, "{status}");
        }
        assert_eq!(default.row(404..=404, Drop).action(404), Drop);
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
