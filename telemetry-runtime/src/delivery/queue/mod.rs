//! The queue between the host's threads and the worker: encoded events in a byte arena, and who
//! waits for whom.
//!
//! Recording never blocks on anything but one short lock, never waits for room and never allocates
//! once the arena has its size: an event that does not fit is refused and counted. The worker takes
//! the whole arena by swapping it with an empty one. It is woken only when the arena was empty or
//! crosses its mark, so a busy host does not pay for wake-ups. Nobody's code runs under the lock.

pub(crate) mod arena;
pub(crate) mod epoch_change;
pub(crate) mod heartbeat;
pub(crate) mod state;
#[cfg(test)]
mod tests;
pub(crate) mod waiters;
pub(crate) mod worker_side;

use std::{
    sync::PoisonError,
    time::{Duration, Instant},
};

use self::state::{State, WorkerState};
use super::{
    clock::Clock,
    core::partition::PartitionKey,
    epoch::Epoch,
    health::{Health, RecordError},
};
use crate::util::sync::{Condvar, Mutex, MutexGuard};

/// Bounds of the queue.
#[derive(Debug, Clone, Copy)]
pub(crate) struct QueueConfig {
    /// Most bytes of memory for events, those that the worker holds included.
    pub(crate) bytes: usize,
    /// The worker is woken at so many events ...
    pub(crate) mark_events: usize,
    /// ... or so many bytes.
    pub(crate) mark_bytes: usize,
    /// Events wait so long for company.
    pub(crate) flush_interval: Duration,
    /// The worker is woken to report refused events.
    pub(crate) reports: bool,
}

#[derive(Debug)]
pub(crate) struct Queue {
    pub(crate) clock: Clock,
    config: QueueConfig,
    state: Mutex<State>,
    to_worker: Condvar,
    to_callers: Condvar,
}

/// How a flush or shutdown ended. What became of each event is in [`Health`](crate::Health).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
#[non_exhaustive]
pub enum FlushOutcome {
    /// Nothing is left to send: everything recorded before was delivered, or dropped for a reason of
    /// its own, such as a rejection. A client that is off or holds nothing says this too.
    Complete,
    /// Something could not be sent now. After a flush it is held and tried again later; after a
    /// shutdown it was dropped as [`DropReason::Shutdown`](crate::health::DropReason::Shutdown), or as
    /// [`DropReason::NoThread`](crate::health::DropReason::NoThread) if the worker never had a thread.
    Incomplete,
    /// The deadline passed first. After a flush the worker goes on; after a shutdown it ends with
    /// the request that is under way, and drops the rest.
    DeadlinePassed,
}

impl FlushOutcome {
    /// True for [`Complete`](Self::Complete): nothing is left to send.
    #[must_use]
    pub fn is_complete(self) -> bool {
        self == Self::Complete
    }
}

/// What somebody waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WaitTarget {
    /// The end of the round that was asked for under this number.
    Round(u64),
    /// The worker's end.
    End,
}

impl Queue {
    pub(crate) fn new(config: QueueConfig, clock: Clock) -> Self {
        Self {
            clock,
            config,
            state: Mutex::new(State::new(&config)),
            to_worker: Condvar::new(),
            to_callers: Condvar::new(),
        }
    }

    // A panic under the lock would be a bug of this file; the numbers are still worth having then.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in an encoded event, if it can. True when the caller must start the worker.
    pub(crate) fn accept(
        &self,
        epoch: Epoch,
        context: PartitionKey,
        event: &[u8],
        coerced: u32,
    ) -> (Result<(), RecordError>, bool) {
        let mut state = self.lock();
        let before = state.level(&self.config);
        let accepted = state.accept(&self.config, epoch, context, event, coerced);
        let wake = match accepted {
            Ok(()) => {
                if let Some(now) = self.clock.stamp() {
                    state.arena_since.get_or_insert(now);
                }
                state.level(&self.config) != before
            }
            // Telemetry was turned off, or off and on, since the event was encoded.
            Err(RecordError::Off) => false,
            Err(reason) => state.refuse(&self.config, reason),
        };
        let start = state.claim_thread(&self.clock, false);
        // A worker that is busy looks again before it sleeps, and waking is a system call.
        let wake = wake && state.parked;
        drop(state);
        if wake {
            self.to_worker.notify_one();
        }
        (accepted, start)
    }

    /// Counts an event that was refused before it came here. True when the caller must start the
    /// worker.
    pub(crate) fn refuse(&self, reason: RecordError) -> bool {
        let mut state = self.lock();
        let wake = state.refuse(&self.config, reason);
        let start = state.claim_thread(&self.clock, false);
        drop(state);
        if wake {
            self.to_worker.notify_one();
        }
        start
    }

    /// True when there is work for a thread that the system refused, and the caller must try again.
    pub(crate) fn wants_thread(&self) -> bool {
        self.lock().claim_thread(&self.clock, true)
    }

    /// The system refused the thread; recording does not try again before `retry` has passed. True
    /// when that was the end.
    pub(crate) fn thread_refused(&self, retry: Duration) -> bool {
        let mut state = self.lock();
        let retry_at = self.clock.now().saturating_add(retry);
        state.worker = WorkerState::SpawnFailed { retry_at };
        let ended = self.end_without_thread(state);
        // Flushes that came during the attempt.
        self.to_callers.notify_all();
        ended
    }

    /// Asks for a round; `None` when nothing is held.
    pub(crate) fn request_flush(&self) -> Option<WaitTarget> {
        let mut state = self.lock();
        if state.held() == 0 {
            return None;
        }
        state.flush_requested += 1;
        let target = WaitTarget::Round(state.flush_requested);
        drop(state);
        self.to_worker.notify_one();
        Some(target)
    }

    /// Accepts nothing any more and lets the worker send until `until`; only the first call counts.
    /// True when that was the end.
    pub(crate) fn close(&self, until: Instant) -> bool {
        let mut state = self.lock();
        state.shutdown.get_or_insert(until);
        let ended = self.end_without_thread(state);
        self.to_worker.notify_one();
        ended
    }

    /// Until when the worker may send after a shutdown; none before one.
    pub(crate) fn shutdown(&self) -> Option<Instant> {
        self.lock().shutdown
    }

    /// Waits for `goal`, at most until `deadline`.
    pub(crate) fn wait(&self, target: WaitTarget, deadline: Option<Instant>) -> FlushOutcome {
        let mut state = self.lock();
        loop {
            if let Some(flushed) = state.result_of(target) {
                return flushed;
            }
            let left = left(deadline);
            if left == Some(Duration::ZERO) {
                return FlushOutcome::DeadlinePassed;
            }
            state = wait(&self.to_callers, state, left);
        }
    }

    /// Everything that is known, in one consistent picture.
    pub(crate) fn health(&self) -> Health {
        let state = self.lock();
        Health {
            held: state.held(),
            last_failure: state.last_failure.clone(),
            last_status: state.last_status,
            panics: state.panics,
            slow_hooks: state.slow_hooks(),
            counters: state.counters(),
        }
    }

    /// A test's clock has moved: whoever waits by it looks at it again.
    #[cfg(feature = "testing")]
    pub(crate) fn wake(&self) {
        // Under the lock nobody is between a look at the clock and its sleep.
        drop(self.lock());
        self.to_worker.notify_all();
    }
}

/// The time left until `deadline`; `None` without one.
fn left(deadline: Option<Instant>) -> Option<Duration> {
    deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
}

fn wait<'a>(
    signal: &Condvar,
    state: MutexGuard<'a, State>,
    left: Option<Duration>,
) -> MutexGuard<'a, State> {
    match left {
        None => signal.wait(state).unwrap_or_else(PoisonError::into_inner),
        Some(left) => {
            let woken = signal.wait_timeout(state, left);
            woken.unwrap_or_else(PoisonError::into_inner).0
        }
    }
}
