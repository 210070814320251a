//! Counters: the fate of every recorded event.
//!
//! **Invariants.** In every [`Health`], `accepted + adopted = delivered + dropped + held + stored`, and each
//! event is counted once.

use std::fmt;

use crate::transport::Failure;

/// Why an accepted event was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DropReason {
    /// The collector rejected it.
    Rejected,
    /// The collector rejected it as too large although it was sent alone.
    TooLarge,
    /// It was sent without an answer, and the policy is at most once.
    Ambiguous,
    /// All retries that the policy allows failed.
    Exhausted,
    /// It became older than the policy allows.
    Expired,
    /// It was still held when the shutdown ended.
    Shutdown,
    /// Sending it panicked twice.
    Quarantined,
    /// Telemetry was turned off while it was held or being sent; it may have been delivered.
    OptedOut,
    /// The system refused the worker's thread until the shutdown.
    NoThread,
    /// The file that held it was removed, or another process took it over and delivers it.
    FileLost,
}

impl DropReason {
    /// All reasons, in the order of declaration.
    pub const ALL: &'static [Self] = &[
        Self::Rejected,
        Self::TooLarge,
        Self::Ambiguous,
        Self::Exhausted,
        Self::Expired,
        Self::Shutdown,
        Self::Quarantined,
        Self::OptedOut,
        Self::NoThread,
        Self::FileLost,
    ];
}

impl fmt::Display for DropReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rejected => "the collector rejected it",
            Self::TooLarge => "the collector rejected it as too large",
            Self::Ambiguous => "it was sent without an answer",
            Self::Exhausted => "all retries failed",
            Self::Expired => "it was too old",
            Self::Shutdown => "it was not delivered before the shutdown",
            Self::Quarantined => "sending it panicked twice",
            Self::OptedOut => "telemetry was turned off",
            Self::NoThread => "the system refused the thread that sends events",
            Self::FileLost => "its file was removed, or another process took it over",
        })
    }
}

/// Why an event was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RecordError {
    /// Telemetry is off.
    Off,
    /// The client was shut down.
    ShutDown,
    /// The queue is full.
    QueueFull,
    /// The encoded event is larger than the client allows.
    TooLarge,
    /// It was recorded by a transport, a hook or a heartbeat on the worker's thread, or a
    /// [summary](crate::Summary) was updated inside an update of the same summary.
    Reentrant,
    /// The product lists its [events](crate::Product::events), and not this one.
    Undisclosed,
    /// The event's [limit](crate::descriptor::EventDescriptor::limit) is reached.
    RateLimited,
    /// This process is a child of a fork, and its recording began in the parent, or the client has a
    /// transport that a child [cannot create again](crate::transport::Transport::for_child).
    Forked,
}

impl RecordError {
    /// All reasons, in the order of declaration.
    pub const ALL: &'static [Self] = &[
        Self::Off,
        Self::ShutDown,
        Self::QueueFull,
        Self::TooLarge,
        Self::Reentrant,
        Self::Undisclosed,
        Self::RateLimited,
        Self::Forked,
    ];

    /// True for reasons that depend on the host's load or events. An event that a hook records is
    /// refused as `Reentrant`, and reporting that to the hook would be a feedback loop.
    pub(crate) fn is_reported(self) -> bool {
        matches!(
            self,
            Self::QueueFull | Self::TooLarge | Self::Undisclosed | Self::RateLimited
        )
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Off => "telemetry is off",
            Self::ShutDown => "the telemetry client was shut down",
            Self::QueueFull => "the telemetry queue is full",
            Self::TooLarge => "the event is too large",
            Self::Reentrant => "recorded by telemetry itself, or in an update of the same summary",
            Self::Undisclosed => "the product does not list the event",
            Self::RateLimited => "the limit of the event is reached",
            Self::Forked => "recorded in a forked process that cannot send it",
        })
    }
}

impl std::error::Error for RecordError {}

/// An event was accepted into the client's queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Accepted {
    // Without a spool nothing creates or reads it in some builds.
    #[cfg_attr(not(feature = "spool"), allow(dead_code))]
    pub(crate) durable: bool,
}

#[cfg(feature = "spool")]
impl Accepted {
    /// True if the event is stored in a file, so that it outlives the process.
    #[must_use]
    pub const fn is_durable(&self) -> bool {
        self.durable
    }
}

/// Event counts by reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts<const N: usize>([u64; N]);

impl<const N: usize> Default for Counts<N> {
    fn default() -> Self {
        Self([0; N])
    }
}

impl<const N: usize> Counts<N> {
    fn add(&mut self, reason: usize, events: u64) {
        if let Some(count) = self.0.get_mut(reason) {
            *count = count.saturating_add(events);
        }
    }

    fn get(&self, reason: usize) -> u64 {
        self.0.get(reason).copied().unwrap_or_default()
    }

    fn total(&self) -> u64 {
        self.0.iter().sum()
    }
}

/// Counts of events that are no longer held, and of those that came from earlier processes. Kept by the core.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Resolved {
    pub(crate) delivered: u64,
    /// Events of earlier processes.
    pub(crate) adopted: u64,
    /// Events that were left in files at the end of the client.
    pub(crate) stored: u64,
    dropped: Counts<{ DropReason::ALL.len() }>,
}

impl Resolved {
    pub(crate) fn drop_events(&mut self, reason: DropReason, events: u64) {
        self.dropped.add(reason as usize, events);
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.total()
    }
}

/// Counts of events that reached the queue. Kept under its lock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Enqueued {
    pub(crate) accepted: u64,
    pub(crate) coerced: u64,
    refused: Counts<{ RecordError::ALL.len() }>,
}

impl Enqueued {
    /// Accepted and refused events.
    pub(crate) fn total(&self) -> u64 {
        self.accepted + self.refused.total()
    }

    pub(crate) fn count_refused(&mut self, reason: RecordError, events: u64) {
        self.refused.add(reason as usize, events);
    }
}

/// A snapshot of all counters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counters {
    pub(crate) enqueued: Enqueued,
    pub(crate) resolved: Resolved,
}

impl Counters {
    pub(crate) fn dropped_for(&self, reason: DropReason) -> u64 {
        self.resolved.dropped.get(reason as usize)
    }

    pub(crate) fn refused_for(&self, reason: RecordError) -> u64 {
        self.enqueued.refused.get(reason as usize)
    }
}

/// A snapshot of a client's counters: the fate of every recorded event.
///
/// Always `accepted + adopted = delivered + dropped + held + stored`. The `Debug` output, for logs and bug reports,
/// lists the reasons with a count above 0: `dropped: {Shutdown: 2}`.
///
/// ```
/// use telemetry_runtime::{Client, Product, health::DropReason};
///
/// static MY_TOOL: Product = Product::new("my-tool");
/// let telemetry = Client::builder(&MY_TOOL).build();
///
/// let health = telemetry.health();
/// let gone = health.delivered() + health.dropped() + health.stored();
/// assert_eq!(health.accepted() + health.adopted(), gone + health.held());
/// assert_eq!(health.dropped_for(DropReason::Rejected), 0);
/// for reason in DropReason::ALL {
///     println!("events_dropped{{reason=\"{reason:?}\"}} {}", health.dropped_for(*reason));
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    pub(crate) held: u64,
    pub(crate) last_failure: Option<Failure>,
    pub(crate) last_status: Option<u16>,
    pub(crate) panics: u64,
    pub(crate) slow_hooks: u64,
    pub(crate) counters: Counters,
}

impl Health {
    /// Events that this client recorded and accepted.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.counters.enqueued.accepted
    }

    /// Events that ended processes stored and this client took over. Zero without the feature `spool`.
    #[must_use]
    pub fn adopted(&self) -> u64 {
        self.counters.resolved.adopted
    }

    /// Events that the ended client left in files for a later run. Zero without the feature `spool`.
    #[must_use]
    pub fn stored(&self) -> u64 {
        self.counters.resolved.stored
    }

    /// Events that the collector, or another transport, accepted.
    #[must_use]
    pub fn delivered(&self) -> u64 {
        self.counters.resolved.delivered
    }

    /// Accepted and adopted events that were dropped, for any reason.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.counters.resolved.dropped()
    }

    /// Accepted and adopted events that were dropped for this reason.
    #[must_use]
    pub fn dropped_for(&self, reason: DropReason) -> u64 {
        self.counters.dropped_for(reason)
    }

    /// Events in the queue or being sent.
    #[must_use]
    pub fn held(&self) -> u64 {
        self.held
    }

    /// Events that were refused at the call. Calls on a client that is off are not counted.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.counters.enqueued.refused.total()
    }

    /// Events that were refused at the call for this reason.
    #[must_use]
    pub fn refused_for(&self, reason: RecordError) -> u64 {
        self.counters.refused_for(reason)
    }

    /// Why the last request without an answer failed; `None` if there was none.
    #[must_use]
    pub fn last_failure(&self) -> Option<&Failure> {
        self.last_failure.as_ref()
    }

    /// HTTP status of the last answer; `None` before the first answer.
    #[must_use]
    pub fn last_status(&self) -> Option<u16> {
        self.last_status
    }

    /// Caught panics of a transport, a hook or a heartbeat, and of an event that a summary records.
    #[must_use]
    pub fn panics(&self) -> u64 {
        self.panics
    }

    /// Calls of the hook for losses that took at least 1 s, including one that still runs.
    #[must_use]
    pub fn slow_hooks(&self) -> u64 {
        self.slow_hooks
    }

    /// True if the last answer indicates a wrong endpoint or proxy: a redirect, 404, 407 or 410. By
    /// default events are then held, and the collector is contacted once per hour.
    #[must_use]
    pub fn misconfigured(&self) -> bool {
        self.last_status.is_some_and(is_misconfigured)
    }

    /// Values in accepted events that were replaced because they were outside their range, not
    /// finite or too long, or are enum values that are retired or newer than the event's schema; and
    /// lists with more than `max_items` items, from which the others were removed.
    #[must_use]
    pub fn coerced(&self) -> u64 {
        self.counters.enqueued.coerced
    }
}

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dropped = Reasons(DropReason::ALL, |reason| self.dropped_for(reason));
        let refused = Reasons(RecordError::ALL, |reason| self.refused_for(reason));
        let (adopted, stored) = (self.adopted(), self.stored());
        let mut fields = f.debug_struct("Health");
        fields.field("accepted", &self.accepted());
        if adopted > 0 || stored > 0 {
            fields.field("adopted", &adopted).field("stored", &stored);
        }
        fields
            .field("delivered", &self.delivered())
            .field("dropped", &dropped)
            .field("held", &self.held)
            .field("refused", &refused)
            .field("coerced", &self.coerced())
            .field("last_failure", &self.last_failure)
            .field("last_status", &self.last_status)
            .field("panics", &self.panics)
            .field("slow_hooks", &self.slow_hooks)
            .finish()
    }
}

/// True for statuses of a wrong endpoint or proxy.
pub(crate) fn is_misconfigured(status: u16) -> bool {
    matches!(status, 300..=399 | 404 | 407 | 410)
}

/// The reasons with a count above 0.
struct Reasons<R: 'static, F>(&'static [R], F);

impl<R: Copy + fmt::Debug, F: Fn(R) -> u64> fmt::Debug for Reasons<R, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.0.iter().map(|reason| (reason, self.1(*reason)));
        f.debug_map()
            .entries(counts.filter(|(_, events)| *events > 0))
            .finish()
    }
}
