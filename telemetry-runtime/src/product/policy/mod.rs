//! What is done about each outcome of a request, as data.
//!
//! A policy is a table and a few numbers; it holds no state and knows no events. The core looks up
//! the action and carries it out.

pub(crate) mod table;

use std::{ops::RangeInclusive, time::Duration};

use self::table::Table;
use crate::util::duration::LONGEST;

/// What is done about an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// The events are delivered.
    Deliver,
    /// The events are sent again: after a backoff, or when the collector's `Retry-After` says.
    Retry,
    /// The batch is cut in two halves by bytes; a lone event is dropped.
    Split,
    /// The batch is cut until a rejected event stands alone and is dropped.
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
pub enum OnAmbiguous {
    /// The events are dropped: no event is ever counted twice.
    #[default]
    AtMostOnce,
    /// The events are sent again: no event is lost for this reason.
    AtLeastOnce,
}

/// What is done about each outcome of a request, and how long things may take.
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
/// | 2xx | deliver | the status decides, whatever the body of the answer is |
/// | 400, 422 | bisect | one bad event must not take up to 49 good ones along |
/// | 408, 5xx | retry | the collector or the network failed, not the events |
/// | 413 | split by bytes | a large event moves the cut, so that few requests find it |
/// | 425, 429 | retry | the collector asks for patience |
/// | 3xx, 401, 403, 404, 410, other 4xx | pause for an hour | a wrong key, address or proxy can be corrected |
/// | any other status | pause for an hour | not a valid status: something else answered |
/// | no answer | drop ([`OnAmbiguous::AtMostOnce`]) | the collector may have the events: a repetition counts them twice |
/// | not sent | retry | the collector certainly does not have the events |
///
/// | number | default | why |
/// | --- | --- | --- |
/// | `Retry-After` | honoured, up to an hour | the collector knows when it can be asked again |
/// | retries | as often as the age allows | an outage of minutes uses up a few tries |
/// | backoff | 1 s to 300 s, with jitter; after a failure one batch probes, the others wait | clients that fail together must not come back together |
/// | age | 24 hours | without a limit of retries something else must end them |
/// | request timeout | 5 s | |
///
/// # What a bad event costs
///
/// [`Action::Bisect`] cuts a rejected batch of n events in halves. One bad event costs at most
/// 2 log2 n + 1 requests (n rounded up to a power of two), k of them at most 2 k log2 n + 1 and
/// never more than 2 n - 1; every other event is delivered. Only when 64 cuts in a row brought no
/// event through is a piece that is still rejected dropped whole. A collector that accepted nothing
/// of the envelope context since the batch before is not asked that often: then log2 n cuts are all.
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

// Made by the compiler: building a client only copies them.
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

    /// What is done about an answer with this status.
    #[must_use]
    pub const fn action(&self, status: u16) -> Action {
        self.table.action(status)
    }

    /// Puts a row on top of the table. A status above 999 is no status and has the action of 999.
    #[must_use]
    pub const fn row(mut self, statuses: RangeInclusive<u16>, action: Action) -> Self {
        self.table = self.table.row(*statuses.start(), *statuses.end(), action);
        self
    }

    /// What is done about a request without an answer. Default: [`OnAmbiguous::AtMostOnce`].
    #[must_use]
    pub const fn ambiguous(mut self, ambiguous: OnAmbiguous) -> Self {
        self.ambiguous = ambiguous;
        self
    }

    /// How often an event is sent again. Default: as often as its age allows.
    #[must_use]
    pub const fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = Some(retries);
        self
    }

    /// How long an event is held at most. Default: 24 hours.
    #[must_use]
    pub const fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }

    /// Bounds of the exponential backoff, of which a random part is waited ("full jitter").
    /// Default: 1 s, doubled each time, up to 300 s. Both are at least 100 ms.
    #[must_use]
    pub const fn backoff(mut self, base: Duration, cap: Duration) -> Self {
        self.backoff_base = shorter(base, LONGEST);
        self.backoff_cap = shorter(cap, LONGEST);
        self
    }

    /// The longest `Retry-After` that is believed; zero ignores them, and `Retry-After: 0` is none.
    /// Default: one hour.
    #[must_use]
    pub const fn retry_after_cap(mut self, cap: Duration) -> Self {
        self.retry_after_cap = cap;
        self
    }

    /// How long [`Action::Pause`] lasts; at least 100 ms. Default: one hour.
    #[must_use]
    pub const fn pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// How long one request may take. Default: 5 s. A request that begins during a shutdown ends with
    /// the shutdown's deadline at the latest; one that is already under way keeps its own deadline.
    #[must_use]
    pub const fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = shorter(timeout, LONGEST);
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
