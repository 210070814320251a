//! The data behind the queue's lock and the rules for changing it. Nothing here waits.

use std::time::{Duration, Instant};

use super::{
    FlushOutcome, QueueConfig, WaitTarget, limits::Limits, recorded::Recorded, waiters::Waiters,
};
use crate::{
    delivery::{
        clock::Clock,
        core::{
            incoming::{Change, Incoming},
            key::PartitionKey,
        },
        epoch::Epoch,
        health::{Counters, DropReason, Enqueued, RecordError, Resolved},
        mono_time::MonoTime,
        timer::Timer,
    },
    transport::Failure,
};

/// A hook that takes at least this long is counted as slow.
const SLOW_HOOK: Duration = Duration::from_secs(1);

/// The mark: the part of the queue at which a worker that polls is woken.
const MARK_DIVISOR: usize = 8;

/// The worker's thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WorkerState {
    /// There was no work yet.
    NotStarted,
    /// The thread runs, or a caller is starting it.
    Running,
    /// The system refused the thread. Calls that record try again from `retry_at` on; calls that
    /// flush or shut down try again immediately.
    SpawnFailed { retry_at: MonoTime },
    /// The client has ended.
    Ended,
}

/// The events that the worker held at its end.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Left {
    /// Some were dropped.
    pub(crate) lost: bool,
    /// Some stay in files.
    pub(crate) stored: bool,
}

#[derive(Debug)]
pub(super) struct State {
    /// Events and worker reports of another epoch are ignored.
    pub(super) epoch: Epoch,
    pub(super) incoming: Incoming,
    pub(super) worker_events: u64,
    /// How many of them are also stored in files.
    pub(super) worker_stored: u64,
    /// Bytes of memory of the worker's batches.
    pub(super) worker_memory: usize,
    pub(super) enqueued: Enqueued,
    pub(super) resolved: Resolved,
    pub(super) last_failure: Option<Failure>,
    pub(super) last_status: Option<u16>,
    pub(super) panics: u64,
    /// Number of slow hooks, and the start of the one that is running.
    pub(super) slow_hooks: u64,
    pub(super) hook_since: Option<Instant>,
    pub(super) worker: WorkerState,
    /// Deadline of the shutdown. Once it is set, every event is refused.
    pub(super) shutdown: Option<Instant>,
    /// Flushes are numbered; these are the last one that was requested, started and finished.
    pub(super) flush_requested: u64,
    pub(super) flush_started: u64,
    pub(super) flush_finished: u64,
    /// Events of the last flush, or of the shutdown, could not be sent.
    pub(super) flush_incomplete: bool,
    /// At its end the client left events in files that it recorded itself.
    pub(super) left_stored: bool,
    /// The worker must report refused events.
    pub(super) loss_pending: bool,
    /// The worker was woken for that since the last drain.
    pub(super) loss_wakeup_sent: bool,
    pub(super) worker_sleeps: bool,
    /// When the sleeping worker wakes up; `None` if it sleeps until it is woken.
    pub(super) worker_wakes_at: Option<MonoTime>,
    /// The sleeping worker looks for full batches soon.
    pub(super) worker_polls: bool,
    /// The number of accepted events when the worker last went to sleep.
    pub(super) accepted_before: u64,
    pub(super) waiters: Waiters,
    pub(super) limits: Limits,
    /// The number of summaries that hold counts.
    pub(super) summaries: usize,
    /// Timers until the worker takes them.
    pub(super) timers: Vec<Timer>,
    /// A caller waits until the worker has found nothing to adopt.
    #[cfg(feature = "spool")]
    pub(super) adoption: super::adoption::AdoptionState,
    #[cfg(feature = "spool")]
    pub(super) on_disk: super::on_disk::OnDisk,
}

impl State {
    pub(super) fn new(config: &QueueConfig) -> Self {
        Self {
            epoch: Epoch::FIRST,
            incoming: Incoming::new(config.batches),
            worker_events: 0,
            worker_stored: 0,
            worker_memory: 0,
            enqueued: Enqueued::default(),
            resolved: Resolved::default(),
            last_failure: None,
            last_status: None,
            panics: 0,
            slow_hooks: 0,
            hook_since: None,
            worker: WorkerState::NotStarted,
            shutdown: None,
            flush_requested: 0,
            flush_started: 0,
            flush_finished: 0,
            flush_incomplete: false,
            left_stored: false,
            loss_pending: false,
            loss_wakeup_sent: false,
            worker_sleeps: false,
            worker_wakes_at: None,
            worker_polls: false,
            accepted_before: 0,
            waiters: Waiters::default(),
            limits: Limits::default(),
            summaries: 0,
            timers: Vec::new(),
            #[cfg(feature = "spool")]
            adoption: super::adoption::AdoptionState::default(),
            #[cfg(feature = "spool")]
            on_disk: super::on_disk::OnDisk::default(),
        }
    }

    /// Accepts an event: the only place where its bytes are appended and it is counted. True if the worker
    /// must be woken.
    #[inline]
    pub(super) fn push(
        &mut self,
        config: &QueueConfig,
        clock: &Clock,
        epoch: Epoch,
        partition: PartitionKey,
        event: &Recorded<'_>,
    ) -> Result<bool, RecordError> {
        if self.epoch != epoch {
            return Err(RecordError::Off);
        }
        let limit = self.limit(config);
        let now = || clock.now();
        let change = self
            .incoming
            .push(limit, partition, event.bytes, event.place, now);
        #[cfg(feature = "spool")]
        if change.is_none() && self.keep_on_disk(partition, event.place) {
            self.enqueued.accepted += 1;
            self.enqueued.coerced += u64::from(event.coerced);
            // Otherwise the worker finds it when it has sent what is in memory.
            return Ok(self.may_read_back(config));
        }
        let change = change.ok_or(RecordError::QueueFull)?;
        self.enqueued.accepted += 1;
        self.enqueued.coerced += u64::from(event.coerced);
        Ok(match change {
            Change::Joined => false,
            Change::Opened(since) => {
                let due = since.saturating_add(config.flush_interval);
                self.worker_wakes_at.is_none_or(|wakes_at| due < wakes_at)
            }
            Change::Closed => {
                !self.worker_polls || self.incoming.used_memory() >= config.bytes / MARK_DIVISOR
            }
        })
    }

    /// Bytes of memory that the incoming events may take.
    #[inline]
    pub(super) fn limit(&self, config: &QueueConfig) -> usize {
        config.bytes.saturating_sub(self.worker_memory)
    }

    /// True if `wake` and the worker sleeps. It is woken only once: it reads the queue before it sleeps again,
    /// and waking it is a system call.
    #[inline]
    pub(super) fn wakes_worker(&mut self, wake: bool) -> bool {
        wake && std::mem::take(&mut self.worker_sleeps)
    }

    /// Counts a refused event. True if the worker must be woken to report it.
    pub(super) fn count_refused(&mut self, config: &QueueConfig, reason: RecordError) -> bool {
        self.enqueued.count_refused(reason, 1);
        let first = config.reports_loss && reason.is_reported() && !self.loss_wakeup_sent;
        self.loss_wakeup_sent |= first;
        self.loss_pending |= first;
        first
    }

    pub(super) fn held(&self) -> u64 {
        self.incoming.len() as u64 + self.worker_events + self.on_disk()
    }

    /// The number of held events that are also stored in files.
    pub(super) fn held_stored(&self) -> u64 {
        self.incoming.stored() + self.worker_stored + self.on_disk()
    }

    /// The number of events that are stored in files and not held in memory.
    #[cfg_attr(
        not(feature = "spool"),
        expect(clippy::unused_self, reason = "none are")
    )]
    pub(super) fn on_disk(&self) -> u64 {
        #[cfg(feature = "spool")]
        return self.on_disk.events;
        #[cfg(not(feature = "spool"))]
        0
    }

    fn forget_on_disk(&mut self) {
        #[cfg(feature = "spool")]
        {
            self.on_disk = super::on_disk::OnDisk::default();
        }
    }

    /// Forgets all held events, which the caller has counted.
    pub(super) fn forget_held(&mut self) {
        self.incoming.clear();
        self.worker_events = 0;
        self.worker_stored = 0;
        self.forget_on_disk();
    }

    /// True if there is work and the caller must start the worker's thread. `immediately` ignores the
    /// retry interval after the system refused a thread.
    #[inline]
    pub(super) fn claim_thread(&mut self, clock: &Clock, immediately: bool) -> bool {
        self.worker != WorkerState::Running && self.claim_new_thread(clock, immediately)
    }

    #[cold]
    fn claim_new_thread(&mut self, clock: &Clock, immediately: bool) -> bool {
        let startable = match self.worker {
            WorkerState::NotStarted => true,
            WorkerState::SpawnFailed { retry_at } => immediately || retry_at <= clock.now(),
            WorkerState::Running | WorkerState::Ended => false,
        };
        let has_work = !self.incoming.is_empty() || !self.timers.is_empty() || self.loss_pending;
        #[cfg(feature = "spool")]
        let has_work = has_work || self.adoption.requested || self.on_disk() > 0;
        let starts = startable && has_work;
        if starts {
            self.worker = WorkerState::Running;
        }
        starts
    }

    /// The outcome for `target`; `None` while the worker has not reached it.
    pub(super) fn result_of(&self, target: WaitTarget) -> Option<FlushOutcome> {
        let reached = match target {
            WaitTarget::Flush(number) => self.flush_finished >= number,
            #[cfg(feature = "spool")]
            WaitTarget::Adoption if self.adoption.ended => return Some(FlushOutcome::Complete),
            #[cfg(feature = "spool")]
            WaitTarget::Adoption => false,
            WaitTarget::WorkerEnd => false,
        };
        let (incomplete, stored) = match self.worker {
            _ if reached => (self.flush_incomplete, false),
            WorkerState::NotStarted | WorkerState::Running => return None,
            WorkerState::SpawnFailed { .. } => (true, false),
            WorkerState::Ended => (self.flush_incomplete, self.left_stored),
        };
        Some(match (incomplete, stored) {
            (true, _) => FlushOutcome::Incomplete,
            (false, true) => FlushOutcome::Stored,
            (false, false) => FlushOutcome::Complete,
        })
    }

    /// The number of slow hooks, including the one that is running.
    pub(super) fn slow_hooks(&self) -> u64 {
        let slow = |since: Instant| since.elapsed() >= SLOW_HOOK;
        self.slow_hooks + u64::from(self.hook_since.is_some_and(slow))
    }

    pub(super) fn counters(&self) -> Counters {
        Counters {
            enqueued: self.enqueued,
            resolved: self.resolved,
        }
    }

    /// True if events are held, and none is lost if the process ends now. Counts of summaries are not stored.
    pub(super) fn holds_only_stored(&self) -> bool {
        let held = self.held();
        held > 0 && held == self.held_stored() && self.summaries == 0
    }

    /// Ends the client: drops and counts all held events, except those that stay in files.
    pub(super) fn end(&mut self, reason: DropReason, left: Left) {
        let stored = self.held_stored();
        let lost = self.held() - stored;
        self.resolved.drop_events(reason, lost);
        self.resolved.stored += stored;
        self.forget_held();
        self.worker_memory = 0;
        self.summaries = 0;
        self.worker = WorkerState::Ended;
        self.flush_incomplete = left.lost || lost > 0;
        self.left_stored = left.stored || stored > 0;
    }
}
