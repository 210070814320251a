//! Telling the program about lost events: its hook, and one line of `tracing` per episode.
//!
//! Both run on the worker's thread, outside every lock and after the fact: a hook that blocks delays
//! later events, never a caller. What it records is refused, a panic of it is caught and ends its
//! service. Nothing here can cause a report by itself, so there is no feedback loop.

use std::fmt;

use super::health::{Counters, DropReason, RecordError};
use crate::util::catch_panic::catch_panic;

/// Why events were lost: before or after they were accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

/// Events that were lost for one reason since the last report of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LossReport {
    /// Why they were lost.
    pub loss: Loss,
    /// How many.
    pub events: u64,
    /// True for the first report of an episode, which lasts until events are delivered again.
    pub first: bool,
}

/// A program's hook.
pub(crate) type Hook = Box<dyn FnMut(LossReport) + Send>;

const LOSSES: usize = DropReason::ALL.len() + RecordError::ALL.len();

/// Compares counters and reports what was lost in between.
pub(crate) struct Reporter {
    hook: Option<Hook>,
    seen: Counters,
    /// By loss, in the order of [`losses`]: an episode is open.
    open: [bool; LOSSES],
}

impl Reporter {
    /// `None` when nobody listens.
    pub(crate) fn new(hook: Option<Hook>) -> Option<Self> {
        (hook.is_some() || cfg!(feature = "tracing")).then(|| Self {
            hook,
            seen: Counters::default(),
            open: [false; LOSSES],
        })
    }

    /// Reports what was lost since the last call. False when the hook panicked.
    pub(crate) fn report(&mut self, now: Counters) -> bool {
        if now == self.seen {
            return true;
        }
        let before = std::mem::replace(&mut self.seen, now);
        if now.resolved.delivered > before.resolved.delivered {
            self.open = [false; LOSSES];
        }
        let mut sound = true;
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
            sound &= catch_panic(|| tell(&mut self.hook, report)).is_some();
            if !sound {
                let hook = self.hook.take();
                let _ = catch_panic(|| drop(hook));
            }
        }
        sound
    }
}

fn tell(hook: &mut Option<Hook>, report: LossReport) {
    #[cfg(feature = "tracing")]
    if report.first {
        tracing::debug!(
            target: "telemetry_runtime",
            events = report.events,
            "events lost: {}", report.loss
        );
    }
    if let Some(hook) = hook {
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
