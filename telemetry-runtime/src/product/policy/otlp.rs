//! The policy for a collector that receives OTLP.

use super::{Action, DEFAULT, Policy};

// Computed at compile time, as the default.
const OTLP: Policy = DEFAULT
    .row(200..=299, Action::Drop)
    .row(200..=202, Action::Deliver)
    .row(204..=204, Action::Deliver)
    .row(408..=408, Action::Drop)
    .row(425..=425, Action::Drop)
    .row(500..=599, Action::Drop)
    .row(502..=504, Action::Retry);

impl Policy {
    /// The default policy of a product with [`Wire::Otlp`](crate::Wire::Otlp): only the statuses that OTLP
    /// lists are sent again.
    ///
    /// | outcome | action | why |
    /// | --- | --- | --- |
    /// | 200, 201, 202, 204 | deliver, except log records that the answer counts as rejected | OTLP |
    /// | 429, 502, 503, 504 | retry | OTLP |
    /// | 408, 425, other 5xx | drop | OTLP forbids to send them again |
    /// | other 2xx | drop | a proxy answered, and the collector may have the events |
    ///
    /// Every other outcome and every number is that of [`Policy::new`]: 400 and 422 bisect, 413 splits, and a
    /// wrong address or key pauses for an hour.
    #[must_use]
    pub const fn otlp() -> Self {
        OTLP
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_statuses_of_otlp_are_sent_again() {
        let policy = Policy::otlp();
        let with = |action| {
            let statuses = (0..1000).filter(move |status| policy.action(*status) == action);
            statuses.collect::<Vec<u16>>()
        };
        assert_eq!(with(Action::Deliver), [200, 201, 202, 204]);
        assert_eq!(with(Action::Retry), [429, 502, 503, 504]);
        assert_eq!(with(Action::Split), [413]);
        assert_eq!(with(Action::Bisect), [400, 422]);
        let dropped = with(Action::Drop);
        for status in [203, 205, 299, 408, 425, 500, 501, 505, 599] {
            assert!(dropped.contains(&status), "{status}");
        }
        for status in [301, 401, 403, 404, 407, 410, 415, 600] {
            assert_eq!(policy.action(status), Action::Pause, "{status}");
        }
    }
}
