//! Reports of lost events: the program's hook, and one `tracing` event per episode.
//!
//! Both run on the worker's thread, outside every lock, after the loss. A hook that blocks delays
//! later events, but not callers. A hook that panics is not called again.
//!
//! **Invariants.** A report must never cause another one: events that a hook records are rejected and
//! not reported.

use std::{fmt, sync::Arc};

use super::health::{Counters, DropReason, RecordError};
use crate::util::{catch_panic::catch_panic, sync::Mutex};

/// Why events were lost: before or after they were accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Loss {
    /// Refused at the call: [`RecordError::QueueFull`] or [`RecordError::TooLarge`].
    Refused(RecordError),
    /// Accepted and dropped later.
    Dropped(DropReason),
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(reason) => reason.fmt(f),
            Self::Dropped(reason) => reason.fmt(f),
        }
    }
}

/// Events that were lost for one reason since the last report of this reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LossReport {
    /// Why they were lost.
    pub loss: Loss,
    /// Number of lost events.
    pub events: u64,
    /// True for the first report of an episode; an episode ends when events are delivered again.
    pub first: bool,
}

/// The program's hook.
pub(crate) type Hook = Box<dyn FnMut(LossReport) + Send>;

/// Only one worker at a time uses the hook, so the lock is free unless a fork happened during a call.
/// Then the child's copy stays locked, and the child has no hook.
pub(crate) type SharedHook = Arc<Mutex<Hook>>;

const LOSSES: usize = DropReason::ALL.len() + RecordError::ALL.len();

/// Compares the counters with those of its last call and reports the losses.
pub(crate) struct Reporter {
    hook: Option<SharedHook>,
    seen: Counters,
    /// Per loss, in the order of [`losses`]: an episode is open.
    open: [bool; LOSSES],
}

impl Reporter {
    /// `None` without a hook and without the feature `tracing`.
    pub(crate) fn new(hook: Option<SharedHook>) -> Option<Self> {
        (hook.is_some() || cfg!(feature = "tracing")).then(|| Self {
            hook,
            seen: Counters::default(),
            open: [false; LOSSES],
        })
    }

    /// Reports the losses since the last call. False if the hook panicked.
    pub(crate) fn report(&mut self, now: Counters) -> bool {
        if now == self.seen {
            return true;
        }
        let before = std::mem::replace(&mut self.seen, now);
        if now.resolved.delivered > before.resolved.delivered {
            self.open = [false; LOSSES];
        }
        let mut returned = true;
        for (loss, open) in losses().zip(&mut self.open) {
            let events = count(&now, loss).saturating_sub(count(&before, loss));
            if events == 0 {
                continue;
            }
            let first = !std::mem::replace(open, true);
            let report = LossReport {
                loss,
                events,
                first,
            };
            returned &= catch_panic(|| send(self.hook.as_ref(), report)).is_some();
            if !returned {
                let hook = self.hook.take();
                let _ = catch_panic(|| drop(hook));
            }
        }
        returned
    }
}

fn send(hook: Option<&SharedHook>, report: LossReport) {
    #[cfg(feature = "tracing")]
    if report.first {
        tracing::debug!(
            target: "telemetry_runtime",
            events = report.events,
            "events lost: {}", report.loss
        );
    }
    if let Some(mut hook) = hook.and_then(|hook| hook.try_lock().ok()) {
        hook(report);
    }
}

fn losses() -> impl Iterator<Item = Loss> {
    let dropped = DropReason::ALL.iter().copied().map(Loss::Dropped);
    let refused = RecordError::ALL.iter().copied();
    dropped.chain(
        refused
            .filter(|reason| reason.is_reported())
            .map(Loss::Refused),
    )
}

fn count(counters: &Counters, loss: Loss) -> u64 {
    match loss {
        Loss::Dropped(reason) => counters.dropped_for(reason),
        Loss::Refused(reason) => counters.refused_for(reason),
    }
}
