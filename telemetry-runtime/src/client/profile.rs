//! Profiles: sets of limits and times for a kind of program.
//!
//! **Invariants.** A profile holds only numbers. It never decides whether or where events are sent, or
//! the action for a response.

use std::time::Duration;

#[cfg(feature = "spool")]
use super::durability::Durability;
use crate::delivery::{core::incoming::BatchConfig, queue::QueueConfig};

/// Limits and times for a kind of program, set with
/// [`ClientBuilder::profile`](crate::ClientBuilder::profile).
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::{Client, Product, Profile};
///
/// static MY_TOOL: Product = Product::new("my-tool");
///
/// let telemetry = Client::builder(&MY_TOOL)
///     .profile(Profile::cli())
///     .exit_budget(Duration::from_millis(200)) // replaces the profile's value
///     .build();
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Profile {
    pub(super) limits: ClientLimits,
    pub(super) request_timeout: Duration,
}

impl Profile {
    /// For a program that runs for seconds or minutes while a user waits for it.
    ///
    /// | setting | value | why |
    /// | --- | --- | --- |
    /// | `flush_interval` | 1 s | early events are sent while the program runs, so its exit waits only for the last ones |
    /// | `max_batch_events`, `max_batch_bytes` | 50, 64 KiB | a slow uplink sends one such request within the exit budget |
    /// | `queue_bytes` | 256 KiB | room for hundreds of events; more come only from a loop that records |
    /// | `max_event_bytes` | 64 KiB | the default |
    /// | `exit_budget` | 500 ms | a longer exit feels like a program that hangs |
    /// | `request_timeout` of the policy | 2 s | a later response would arrive after the exit |
    /// | `durability`, with the feature `spool` | in files | the exit does not wait for the network |
    ///
    /// Files need a product that declares
    /// [`spool_in_state_dir`](crate::Product::spool_in_state_dir); otherwise events are held in memory. The
    /// [background sender](crate::sender) sends the events that are left in files soon after the exit, if the
    /// program calls its function first in `main`. Otherwise a later run sends them.
    #[must_use]
    pub const fn cli() -> Self {
        Self {
            limits: ClientLimits {
                flush_interval: Duration::from_secs(1),
                max_batch_bytes: 64 * 1024,
                queue_bytes: 256 * 1024,
                exit_budget: Duration::from_millis(500),
                #[cfg(feature = "spool")]
                durability: Durability::Process,
                ..ClientLimits::DEFAULT
            },
            request_timeout: Duration::from_secs(2),
        }
    }

    /// For a program that runs for days and is started and stopped by a supervisor.
    ///
    /// | setting | value | why |
    /// | --- | --- | --- |
    /// | `flush_interval` | 120 s | few requests from many machines; no user waits for the events |
    /// | `max_batch_events`, `max_batch_bytes` | 500, 256 KiB | under load a request carries ten times as many events, limited by the bytes |
    /// | `queue_bytes` | 4 MiB | room for about ten thousand events during an outage |
    /// | `max_event_bytes` | 64 KiB | the default |
    /// | `exit_budget` | 5 s | time for one request with its full timeout; supervisors wait for 10 s or more |
    /// | `request_timeout` of the policy | 5 s | a collector under load is slow, and no user waits |
    #[must_use]
    pub const fn service() -> Self {
        Self {
            limits: ClientLimits {
                flush_interval: Duration::from_secs(120),
                max_batch_events: 500,
                queue_bytes: 4 * 1024 * 1024,
                exit_budget: Duration::from_secs(5),
                ..ClientLimits::DEFAULT
            },
            request_timeout: Duration::from_secs(5),
        }
    }
}

/// The settings that are numbers, each within its range.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClientLimits {
    pub(super) flush_interval: Duration,
    pub(super) max_batch_events: usize,
    pub(super) max_batch_bytes: usize,
    pub(super) queue_bytes: usize,
    pub(super) max_event_bytes: usize,
    pub(super) exit_budget: Duration,
    #[cfg(feature = "spool")]
    pub(super) durability: Durability,
}

impl ClientLimits {
    pub(super) const DEFAULT: Self = Self {
        flush_interval: Duration::from_secs(120),
        max_batch_events: 50,
        max_batch_bytes: 256 * 1024,
        queue_bytes: 1024 * 1024,
        max_event_bytes: 64 * 1024,
        exit_budget: Duration::from_millis(500),
        #[cfg(feature = "spool")]
        durability: Durability::Memory,
    };

    pub(super) fn queue_config(&self, reports_loss: bool) -> QueueConfig {
        QueueConfig {
            bytes: self.queue_bytes,
            batches: BatchConfig {
                batch_events: self.max_batch_events,
                // Half of the queue is sent before the other half is full.
                batch_bytes: self.max_batch_bytes.min(self.queue_bytes / 2),
            },
            flush_interval: self.flush_interval,
            reports_loss,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        client::Client,
        product::{
            Product,
            policy::{Action, Policy},
        },
    };

    static TOOL: Product = Product::new("my-tool").policy(
        Policy::new()
            .row(404..=404, Action::Drop)
            .request_timeout(Duration::from_secs(7)),
    );

    #[test]
    fn a_profile_replaces_earlier_settings_and_later_settings_replace_it() {
        let second = Duration::from_secs(1);
        let builder = Client::builder(&TOOL)
            .exit_budget(second * 9)
            .flush_interval(second * 9)
            .profile(Profile::service())
            .flush_interval(second * 3);
        assert_eq!(builder.limits.exit_budget, second * 5);
        assert_eq!(builder.limits.flush_interval, second * 3);
    }

    #[test]
    fn a_profile_keeps_the_products_policy_except_the_timeout() {
        let builder = Client::builder(&TOOL).profile(Profile::cli());
        assert_eq!(builder.policy.action(404), Action::Drop);
        assert_eq!(builder.policy.request_timeout, Duration::from_secs(2));
        let plain = Client::builder(&TOOL);
        assert_eq!(plain.policy.request_timeout, Duration::from_secs(7));
    }
}
