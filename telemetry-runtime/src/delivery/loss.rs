//! Reports of the worker: lost events go to the program's hook, and changes of state to the log.
//!
//! Both run on the worker's thread, outside every lock, after the loss. A hook that blocks delays
//! later events, but not callers. A hook that panics is not called again.
//!
//! **Invariants.** A report must never cause another one: events that a hook records are refused and
//! not reported.

use std::{fmt, sync::Arc};

use super::health::{Counters, DropReason, RecordError, is_misconfigured};
use crate::{
    product::policy::{Action, Policy},
    transport::Outcome,
    util::{
        catch_panic::catch_panic,
        log::{Severity, log},
        sync::Mutex,
    },
};

/// Why events were lost: before or after they were accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Loss {
    /// Refused at the call: [`RecordError::QueueFull`], [`RecordError::TooLarge`],
    /// [`RecordError::Undisclosed`] or [`RecordError::RateLimited`].
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

/// The state of the collector, as the last request showed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CollectorState {
    Reachable,
    /// The endpoint or a proxy is probably wrong.
    Misconfigured,
    Paused,
    Deferred,
    NoAnswer,
}

impl fmt::Display for CollectorState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reachable => "events are delivered again",
            Self::Misconfigured => "misconfigured",
            Self::Paused => "paused",
            Self::Deferred => "deferred",
            Self::NoAnswer => "the collector did not answer",
        })
    }
}

/// Compares the counters with those of its last call and reports the losses.
pub(crate) struct Reporter {
    hook: Option<SharedHook>,
    product: &'static str,
    policy: Policy,
    collector: CollectorState,
    seen: Counters,
    /// Per loss, in the order of [`losses`]: an episode is open.
    open: [bool; LOSSES],
}

impl Reporter {
    /// `None` without a hook and without the feature `tracing`.
    pub(crate) fn new(
        hook: Option<SharedHook>,
        product: &'static str,
        policy: Policy,
    ) -> Option<Self> {
        (hook.is_some() || cfg!(feature = "tracing")).then(|| Self {
            hook,
            product,
            policy,
            collector: CollectorState::Reachable,
            seen: Counters::default(),
            open: [false; LOSSES],
        })
    }

    /// Logs a line if this outcome of a request changes the state of the collector.
    pub(crate) fn observe(&mut self, outcome: &Outcome) {
        let state = match outcome {
            Outcome::NotSent(_) | Outcome::Ambiguous(_) => CollectorState::NoAnswer,
            Outcome::Response(response) => {
                match (self.policy.action(response.status()), response.status()) {
                    (Action::Deliver, _) => CollectorState::Reachable,
                    (_, status) if is_misconfigured(status) => CollectorState::Misconfigured,
                    (Action::Pause, _) => CollectorState::Paused,
                    (Action::Retry, _) => CollectorState::Deferred,
                    // The action concerns these events, not the collector.
                    (Action::Split | Action::Bisect | Action::Drop, _) => return,
                }
            }
        };
        let before = std::mem::replace(&mut self.collector, state);
        if before == state {
            return;
        }
        let severity = match state {
            CollectorState::Misconfigured | CollectorState::Paused => Severity::Warn,
            _ => Severity::Debug,
        };
        match outcome {
            Outcome::NotSent(failure) | Outcome::Ambiguous(failure) => {
                log(severity, self.product, format_args!("{state}: {failure}"));
            }
            Outcome::Response(response) => {
                let status = response.status();
                let line = format_args!("{state}: the collector answered {status}");
                log(severity, self.product, line);
            }
        }
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
            if first {
                let line = format_args!("events lost: {events}, because {loss}");
                log(Severity::Debug, self.product, line);
            }
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
