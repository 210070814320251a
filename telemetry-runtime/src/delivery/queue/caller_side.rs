//! The callers' side of the queue: recording, flushing, closing, and starting the worker's thread.

use std::time::{Duration, Instant};

use super::{
    FlushOutcome, Queue, WaitTarget,
    recorded::Recorded,
    state::{Left, State, WorkerState},
    time_left, wait,
};
use crate::{
    delivery::{
        core::key::PartitionKey,
        epoch::Epoch,
        health::{Accepted, DropReason, Health, RecordError},
    },
    util::{catch_panic::catch_panic, sync::MutexGuard},
};

/// How long a shutdown waits for a worker that only closes its files. A worker that waits for the network
/// closes them later; the end of the process does, too.
const STORED_PATIENCE: Duration = Duration::from_millis(1);

/// The state of a client whose shutdown begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Closed {
    /// There is no thread, so the worker must be dropped.
    pub(crate) ended: bool,
    /// All held events are stored in files: the caller need not wait.
    pub(crate) nothing_is_lost: bool,
}

impl Queue {
    /// Appends an encoded event, or counts it as refused. True if the caller must start the worker.
    #[inline]
    pub(crate) fn enqueue(
        &self,
        epoch: Epoch,
        partition: PartitionKey,
        event: &Recorded<'_>,
    ) -> (Result<Accepted, RecordError>, bool) {
        let mut state = self.lock();
        let Self { config, clock, .. } = self;
        let pushed = match state.shutdown {
            Some(_) if state.epoch == epoch => Err(RecordError::ShutDown),
            _ => state.push(config, clock, epoch, partition, event),
        };
        let wake = match pushed {
            Ok(wake) => wake,
            // Telemetry was turned off, or off and on, since the event was encoded.
            Err(RecordError::Off) => false,
            Err(reason) => state.count_refused(config, reason),
        };
        let start = state.claim_thread(clock, false);
        let wake = state.wakes_worker(wake);
        drop(state);
        if wake {
            self.to_worker.notify_one();
        }
        let accepted = pushed.map(|_| Accepted {
            durable: event.place.is_some(),
        });
        (accepted, start)
    }

    /// Appends an event of the worker itself, which accepts its last events after the shutdown began. True if
    /// it was accepted.
    pub(crate) fn enqueue_on_worker(
        &self,
        epoch: Epoch,
        partition: PartitionKey,
        event: &Recorded<'_>,
    ) -> bool {
        let mut state = self.lock();
        let Self { config, clock, .. } = self;
        match state.push(config, clock, epoch, partition, event) {
            Ok(_) => true,
            Err(RecordError::Off) => false,
            Err(reason) => {
                state.count_refused(config, reason);
                false
            }
        }
    }

    /// Counts an event that was refused before it reached the queue. True if the caller must start
    /// the worker.
    pub(crate) fn count_refused(&self, reason: RecordError) -> bool {
        let mut state = self.lock();
        let wake = state.count_refused(&self.config, reason);
        let start = state.claim_thread(&self.clock, false);
        drop(state);
        if wake {
            self.to_worker.notify_one();
        }
        start
    }

    /// True if there is work for a thread that the system refused. The caller must then try to start
    /// it again.
    pub(crate) fn wants_thread(&self) -> bool {
        self.lock().claim_thread(&self.clock, true)
    }

    /// The system refused the thread. Calls that record try again only after `retry`. True if the
    /// client is shut down, so that the worker must be dropped.
    pub(crate) fn thread_refused(&self, retry: Duration) -> bool {
        let mut state = self.lock();
        let retry_at = self.clock.now().saturating_add(retry);
        state.worker = WorkerState::SpawnFailed { retry_at };
        let ended = self.end_without_thread(state);
        // Flushes may have been requested during the attempt.
        self.to_callers.notify_all();
        ended
    }

    /// Requests a flush; `None` if nothing is held, neither events nor counts.
    pub(crate) fn request_flush(&self) -> Option<WaitTarget> {
        let mut state = self.lock();
        if state.held() == 0 && state.summaries == 0 {
            return None;
        }
        state.flush_requested += 1;
        let target = WaitTarget::Flush(state.flush_requested);
        drop(state);
        self.to_worker.notify_one();
        Some(target)
    }

    /// Refuses further events and lets the worker send until `deadline`. Only the first call sets the
    /// deadline.
    pub(crate) fn close(&self, deadline: Instant) -> Closed {
        let mut state = self.lock();
        state.shutdown.get_or_insert(deadline);
        let nothing_is_lost = state.holds_only_stored();
        let ended = self.end_without_thread(state);
        self.to_worker.notify_one();
        Closed {
            ended,
            nothing_is_lost,
        }
    }

    /// The deadline of the shutdown; `None` before it.
    pub(crate) fn shutdown(&self) -> Option<Instant> {
        self.lock().shutdown
    }

    /// Blocks until `target` is reached or `deadline` passes.
    pub(crate) fn wait(&self, target: WaitTarget, deadline: Option<Instant>) -> FlushOutcome {
        let mut state = self.lock();
        loop {
            if let Some(outcome) = state.result_of(target) {
                return outcome;
            }
            let left = time_left(deadline);
            if left == Some(Duration::ZERO) {
                return FlushOutcome::DeadlinePassed;
            }
            state = wait(&self.to_callers, state, left);
        }
    }

    /// Waits for the end of a worker that need not send anything, but not for the network.
    pub(crate) fn wait_for_stored(&self, deadline: Option<Instant>) -> FlushOutcome {
        let soon = Instant::now() + STORED_PATIENCE;
        let deadline = deadline.map_or(soon, |deadline| deadline.min(soon));
        match self.wait(WaitTarget::WorkerEnd, Some(deadline)) {
            FlushOutcome::DeadlinePassed => FlushOutcome::Stored,
            outcome => outcome,
        }
    }

    /// True if nothing was recorded, and no summary holds counts.
    pub(crate) fn is_unused(&self) -> bool {
        let state = self.lock();
        state.enqueued.total() == 0 && state.summaries == 0
    }

    /// A consistent snapshot of all counters.
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

    /// Makes the worker read a test's clock again.
    #[cfg(feature = "testing")]
    pub(crate) fn wake_worker(&self) {
        // While this holds the lock, the worker is not between reading the clock and sleeping.
        drop(self.lock());
        self.to_worker.notify_all();
    }

    /// Ends a client that is shut down and has no thread. True if it did: the worker must be dropped.
    fn end_without_thread(&self, state: MutexGuard<'_, State>) -> bool {
        let no_thread = matches!(
            state.worker,
            WorkerState::NotStarted | WorkerState::SpawnFailed { .. }
        );
        let ends = no_thread && state.shutdown.is_some();
        if ends {
            self.end(state, DropReason::NoThread, Left::default());
        }
        ends
    }

    /// Ends the client: drops and counts all held events, and releases every caller.
    pub(super) fn end(&self, mut state: MutexGuard<'_, State>, reason: DropReason, left: Left) {
        if state.worker != WorkerState::Ended {
            state.shutdown.get_or_insert_with(Instant::now);
            state.end(reason, left);
        }
        let timers = std::mem::take(&mut state.timers);
        drop(state);
        self.to_callers.notify_all();
        self.abandon(timers);
        let heartbeats = self.heartbeats.lock().end();
        // Their destructors are foreign code and must not run under a lock.
        let _ = catch_panic(|| drop(heartbeats));
    }
}
