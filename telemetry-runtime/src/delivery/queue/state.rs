//! What the queue's lock protects: plain data and the rules for changing it, no waiting.

use std::time::{Duration, Instant};

use super::{
    FlushOutcome, QueueConfig, WaitTarget,
    arena::{Arena, Drained},
    waiters::Waiters,
    worker_side::Work,
};
use crate::{
    client::heartbeat::HeartbeatTimer,
    delivery::{
        clock::{Clock, MonoTime},
        core::{batch::Overhead, partition::PartitionKey},
        epoch::Epoch,
        health::{Counters, DropReason, Enqueued, RecordError, Resolved},
    },
    transport::Failure,
};

/// A hook that takes longer is counted.
const SLOW_HOOK: Duration = Duration::from_secs(1);

/// What a worker learns when an epoch has ended: nothing is held any more, and these are the counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EpochChange {
    pub(crate) epoch: Epoch,
    pub(crate) resolved: Resolved,
}

/// The worker's thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WorkerState {
    /// There was no work yet.
    NotStarted,
    /// It works, or a caller is starting it.
    Running,
    /// The system refused it. A call that records tries again from this moment on, one that flushes
    /// or shuts down at once.
    SpawnFailed { retry_at: MonoTime },
    /// The client has ended.
    Ended,
}

#[derive(Debug)]
pub(super) struct State {
    /// Nothing of another epoch comes in, and no word of a worker in another one counts.
    pub(super) epoch: Epoch,
    pub(super) arena: Arena,
    overhead: Overhead,
    /// When the worker first saw the arena not empty.
    pub(super) arena_since: Option<MonoTime>,
    pub(super) worker_events: u64,
    /// Memory of what the worker holds, in the core and while reading what it took.
    pub(super) worker_memory: usize,
    pub(super) enqueued: Enqueued,
    pub(super) resolved: Resolved,
    pub(super) last_failure: Option<Failure>,
    pub(super) last_status: Option<u16>,
    pub(super) panics: u64,
    /// Hooks that took too long, and since when one is running.
    pub(super) slow_hooks: u64,
    pub(super) hook_since: Option<Instant>,
    pub(super) worker: WorkerState,
    /// Until when the worker may go on sending; nothing is accepted any more.
    pub(super) shutdown: Option<Instant>,
    /// Flushes are numbered: asked for, begun and done up to which one.
    pub(super) flush_requested: u64,
    pub(super) flush_started: u64,
    pub(super) flush_finished: u64,
    /// Something of the last round, or at the end, could not be sent.
    pub(super) flush_incomplete: bool,
    /// The worker should report refusals, and was already woken for it since the last drain.
    pub(super) loss_pending: bool,
    pub(super) loss_wakeup_sent: bool,
    /// The worker sleeps.
    pub(super) parked: bool,
    pub(super) waiters: Waiters,
    /// The client's one heartbeat is taken, and on its way to the worker.
    pub(super) has_heartbeat: bool,
    pub(super) timer: Option<HeartbeatTimer>,
}

/// How full the arena is, as far as the worker cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Empty,
    Started,
    Marked,
}

impl State {
    pub(super) fn new(config: &QueueConfig) -> Self {
        Self {
            epoch: 0,
            arena: Arena::new(config.bytes),
            overhead: Overhead::new(config.mark_events, config.mark_bytes),
            arena_since: None,
            worker_events: 0,
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
            loss_pending: false,
            loss_wakeup_sent: false,
            parked: false,
            waiters: Waiters::default(),
            has_heartbeat: false,
            timer: None,
        }
    }

    pub(super) fn accept(
        &mut self,
        config: &QueueConfig,
        epoch: Epoch,
        context: PartitionKey,
        event: &[u8],
        coerced: u32,
    ) -> Result<(), RecordError> {
        if self.epoch != epoch {
            return Err(RecordError::Off);
        }
        if self.shutdown.is_some() {
            return Err(RecordError::ShutDown);
        }
        let limit = config.bytes.saturating_sub(self.worker_memory);
        // It must fit now, and once it is in a batch.
        let fits = self.in_batches(1, event.len()) <= limit;
        if !fits || !self.arena.push(limit, context, event) {
            return Err(RecordError::QueueFull);
        }
        self.enqueued.accepted += 1;
        self.enqueued.coerced += u64::from(coerced);
        Ok(())
    }

    /// Bytes of memory that the arena's events will take in batches, with so many more.
    fn in_batches(&self, events: usize, bytes: usize) -> usize {
        let bytes = self.arena.byte_len() + bytes;
        bytes + self.overhead.of(self.arena.len() + events, bytes)
    }

    /// Counts a refused event. True when the worker should be woken to report it.
    pub(super) fn refuse(&mut self, config: &QueueConfig, reason: RecordError) -> bool {
        self.enqueued.refuse(reason);
        let first = config.reports && reason.is_reported() && !self.loss_wakeup_sent;
        self.loss_wakeup_sent |= first;
        self.loss_pending |= first;
        first
    }

    pub(super) fn level(&self, config: &QueueConfig) -> Level {
        match self.arena.len() {
            0 => Level::Empty,
            events if events >= config.mark_events => Level::Marked,
            _ if self.arena.byte_len() >= config.mark_bytes => Level::Marked,
            _ => Level::Started,
        }
    }

    pub(super) fn held(&self) -> u64 {
        self.arena.len() as u64 + self.worker_events
    }

    /// True when there is work for a thread and the caller must start it. `at_once` does not wait for
    /// the retry interval after a refusal.
    pub(super) fn claim_thread(&mut self, clock: &Clock, at_once: bool) -> bool {
        let startable = match self.worker {
            WorkerState::NotStarted => true,
            WorkerState::SpawnFailed { retry_at } => at_once || retry_at <= clock.now(),
            WorkerState::Running | WorkerState::Ended => false,
        };
        let has_work = !self.arena.is_empty() || self.timer.is_some() || self.loss_pending;
        let starts = startable && has_work;
        if starts {
            self.worker = WorkerState::Running;
        }
        starts
    }

    /// How `goal` ended; `None` while the worker is on its way to it.
    pub(super) fn result_of(&self, target: WaitTarget) -> Option<FlushOutcome> {
        let reached = match target {
            WaitTarget::Round(ticket) => self.flush_finished >= ticket,
            WaitTarget::End => false,
        };
        let flush_incomplete = match self.worker {
            _ if reached => self.flush_incomplete,
            WorkerState::NotStarted | WorkerState::Running => return None,
            WorkerState::SpawnFailed { .. } => true,
            WorkerState::Ended => self.flush_incomplete,
        };
        Some(if flush_incomplete {
            FlushOutcome::Incomplete
        } else {
            FlushOutcome::Complete
        })
    }

    pub(super) fn next_work(
        &mut self,
        config: &QueueConfig,
        drain: bool,
        begin_round: bool,
        now: MonoTime,
        drained: &mut Drained,
    ) -> Work {
        let since = self.arena_since.unwrap_or(now);
        if drain && !self.arena.is_empty() {
            self.worker_events += self.arena.len() as u64;
            // Reading copies the events to the core. What is kept of the memory they leave must
            // fit beside both, and is little: until they are read nobody can record into it.
            let spare = self.arena.spare_memory();
            let wait_for = self.arena.memory().max(spare + self.in_batches(0, 0));
            let free = config.bytes.saturating_sub(self.worker_memory + wait_for);
            let reuse_budget = free.min((config.bytes / 8).saturating_sub(spare));
            self.worker_memory += reuse_budget + self.arena.drain_into(drained, reuse_budget);
            self.arena_since = None;
            self.loss_wakeup_sent = false;
        }
        if begin_round {
            self.flush_started = self.flush_requested;
        }
        self.loss_pending = false;
        Work {
            since,
            begin_round,
            shutdown: self.shutdown,
            timer: self.timer.take(),
            epoch_change: None,
        }
    }

    /// Hooks that took too long, the one that is running included.
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

    /// What nobody will send any more is dropped and counted.
    pub(super) fn end(&mut self, reason: DropReason, flush_incomplete: bool) {
        let lost = self.held();
        self.resolved.drop_events(reason, lost);
        self.arena.clear();
        self.worker_events = 0;
        self.worker_memory = 0;
        self.worker = WorkerState::Ended;
        self.flush_incomplete = flush_incomplete || lost > 0;
    }
}
