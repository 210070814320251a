//! Counters with a conservation law: what became of every recorded event.
//!
//! `accepted = delivered + dropped + held` at every moment a [`Health`] can be taken, and an event
//! is counted once. Nothing here decides or sends.

use std::fmt;

use crate::transport::Failure;

/// Why an accepted event was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DropReason {
    /// The collector refused it.
    Rejected,
    /// The collector called it too large even on its own.
    TooLarge,
    /// It was sent, no answer came, and the policy is at most once.
    Ambiguous,
    /// It was tried as often as the policy allows.
    Exhausted,
    /// It got older than the policy allows.
    Expired,
    /// It was still held when the shutdown ended.
    Shutdown,
    /// Sending it panicked twice.
    Quarantined,
    /// There was no memory to hold it.
    Memory,
    /// Telemetry was refused while it was held or being sent; it may have arrived.
    OptedOut,
    /// The system refused the worker its thread until the shutdown.
    NoThread,
}

impl DropReason {
    /// Every reason, in the order of their declaration.
    pub const ALL: &'static [Self] = &[
        Self::Rejected,
        Self::TooLarge,
        Self::Ambiguous,
        Self::Exhausted,
        Self::Expired,
        Self::Shutdown,
        Self::Quarantined,
        Self::Memory,
        Self::OptedOut,
        Self::NoThread,
    ];
}

impl fmt::Display for DropReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rejected => "the collector refused it",
            Self::TooLarge => "the collector called it too large",
            Self::Ambiguous => "it was sent and not answered",
            Self::Exhausted => "it was tried as often as allowed",
            Self::Expired => "it got too old",
            Self::Shutdown => "it was not delivered before the shutdown",
            Self::Quarantined => "sending it panicked twice",
            Self::Memory => "there was no memory to hold it",
            Self::OptedOut => "telemetry was turned off",
            Self::NoThread => "the system refused the thread that sends it",
        })
    }
}

/// Why an event was not accepted in the first place.
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
    /// It was recorded from inside the sending of events.
    Reentrant,
}

impl RecordError {
    /// Every reason, in the order of their declaration.
    pub const ALL: &'static [Self] = &[
        Self::Off,
        Self::ShutDown,
        Self::QueueFull,
        Self::TooLarge,
        Self::Reentrant,
    ];

    /// Only what says something about the host's load or its events: what a hook itself records is
    /// refused, and must not be reported to it again.
    pub(crate) fn is_reported(self) -> bool {
        matches!(self, Self::QueueFull | Self::TooLarge)
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Off => "telemetry is off",
            Self::ShutDown => "the telemetry client was shut down",
            Self::QueueFull => "the telemetry queue is full",
            Self::TooLarge => "the event is too large",
            Self::Reentrant => "recorded from inside the sending of events",
        })
    }
}

impl std::error::Error for RecordError {}

/// Numbers by reason.
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

/// Accepted events that are no longer held, kept by the core.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Resolved {
    pub(crate) delivered: u64,
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

/// Events that came to the queue, kept under its lock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Enqueued {
    pub(crate) accepted: u64,
    pub(crate) coerced: u64,
    refused: Counts<{ RecordError::ALL.len() }>,
}

impl Enqueued {
    pub(crate) fn refuse(&mut self, reason: RecordError) {
        self.refused.add(reason as usize, 1);
    }
}

/// All counters at one moment.
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

/// What became of every recorded event, at one moment.
///
/// `accepted = delivered + dropped + held`, always. The `Debug` form names the reasons that have a
/// count, for a log or a bug report: `dropped: {Shutdown: 2}`.
///
/// ```
/// use telemetry_runtime::{Client, Product, health::DropReason};
///
/// static MY_TOOL: Product = Product::new("my-tool");
/// let telemetry = Client::builder(&MY_TOOL).build();
///
/// let health = telemetry.health();
/// assert_eq!(health.accepted(), health.delivered() + health.dropped() + health.held);
/// assert_eq!(health.dropped_for(DropReason::Rejected), 0);
/// for reason in DropReason::ALL {
///     println!("events_dropped{{reason=\"{reason:?}\"}} {}", health.dropped_for(*reason));
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// Events in the queue or being sent.
    pub held: u64,
    /// Why the last request without an answer failed.
    pub last_failure: Option<Failure>,
    /// HTTP status of the last answer.
    pub last_status: Option<u16>,
    /// Panics of a transport, a hook or a heartbeat that were caught.
    pub panics: u64,
    /// Times that the hook for losses took longer than a second; one that still does counts.
    pub slow_hooks: u64,
    pub(crate) counters: Counters,
}

impl Health {
    /// Events that were taken into the queue: the sum of delivered, dropped and held.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.counters.enqueued.accepted
    }

    /// Events that a collector (or another transport) received.
    #[must_use]
    pub fn delivered(&self) -> u64 {
        self.counters.resolved.delivered
    }

    /// Accepted events that were dropped, for whatever reason.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.counters.resolved.dropped()
    }

    /// Accepted events that were dropped for this reason.
    #[must_use]
    pub fn dropped_for(&self, reason: DropReason) -> u64 {
        self.counters.dropped_for(reason)
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

    /// True when the last answer says that the address or the way to it is wrong: a redirect, 404,
    /// 407 or 410. Events are held, and the collector is left alone for an hour at a time.
    #[must_use]
    pub fn misconfigured(&self) -> bool {
        matches!(self.last_status, Some(300..=399 | 404 | 407 | 410))
    }

    /// Values in accepted events that were replaced: outside their range, not finite, too long, or
    /// a value of an enum that is retired or newer than the event's schema.
    #[must_use]
    pub fn coerced(&self) -> u64 {
        self.counters.enqueued.coerced
    }
}

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dropped = Reasons(DropReason::ALL, |reason| self.dropped_for(reason));
        let refused = Reasons(RecordError::ALL, |reason| self.refused_for(reason));
        f.debug_struct("Health")
            .field("accepted", &self.accepted())
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

/// Those that have a count.
struct Reasons<R: 'static, F>(&'static [R], F);

impl<R: Copy + fmt::Debug, F: Fn(R) -> u64> fmt::Debug for Reasons<R, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.0.iter().map(|reason| (reason, self.1(*reason)));
        f.debug_map()
            .entries(counts.filter(|(_, events)| *events > 0))
            .finish()
    }
}
