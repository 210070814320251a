//! What the queue's lock protects: plain data and the rules for changing it, no waiting.

use std::time::{Duration, Instant};

use super::{
    Bounds, Flushed, Goal,
    arena::{Arena, Taken},
    waiters::Waiters,
    worker_side::Orders,
};
use crate::{
    client::heartbeat::Pulse,
    delivery::{
        clock::{Clock, Tick},
        core::{batch::Overhead, partition::Context},
        epoch::Epoch,
        health::{Arrivals, Counters, DropReason, NotRecorded, Settled},
    },
    transport::Failure,
};

/// A hook that takes longer is counted.
const SLOW_HOOK: Duration = Duration::from_secs(1);

/// What a worker learns when an epoch has ended: nothing is held any more, and these are the counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Renewal {
    pub(crate) epoch: Epoch,
    pub(crate) settled: Settled,
}

/// The worker's thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Thread {
    /// There was no work yet.
    NotStarted,
    /// It works, or a caller is starting it.
    Running,
    /// The system refused it. A call that records tries again from this moment on, one that flushes
    /// or shuts down at once.
    SpawnFailed { retry_at: Tick },
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
    pub(super) arena_since: Option<Tick>,
    pub(super) worker_events: u64,
    /// Memory of what the worker holds, in the core and while reading what it took.
    pub(super) worker_memory: usize,
    pub(super) arrivals: Arrivals,
    pub(super) settled: Settled,
    pub(super) last_failure: Option<Failure>,
    pub(super) last_status: Option<u16>,
    pub(super) panics: u64,
    /// Hooks that took too long, and since when one is running.
    pub(super) slow_hooks: u64,
    pub(super) hook_since: Option<Instant>,
    pub(super) thread: Thread,
    /// Until when the worker may go on sending; nothing is accepted any more.
    pub(super) shutdown: Option<Instant>,
    /// Flushes are numbered: asked for, begun and done up to which one.
    pub(super) asked: u64,
    pub(super) begun: u64,
    pub(super) done: u64,
    /// Something of the last round, or at the end, could not be sent.
    pub(super) missed: bool,
    /// The worker should report refusals, and was already woken for it since the last drain.
    pub(super) news: bool,
    pub(super) told: bool,
    /// The worker sleeps.
    pub(super) parked: bool,
    pub(super) waiters: Waiters,
    /// The client's one heartbeat is taken, and on its way to the worker.
    pub(super) has_heartbeat: bool,
    pub(super) pulse: Option<Pulse>,
}

/// How full the arena is, as far as the worker cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Empty,
    Started,
    Marked,
}

impl State {
    pub(super) fn new(bounds: &Bounds) -> Self {
        Self {
            epoch: 0,
            arena: Arena::new(bounds.bytes),
            overhead: Overhead::new(bounds.mark_events, bounds.mark_bytes),
            arena_since: None,
            worker_events: 0,
            worker_memory: 0,
            arrivals: Arrivals::default(),
            settled: Settled::default(),
            last_failure: None,
            last_status: None,
            panics: 0,
            slow_hooks: 0,
            hook_since: None,
            thread: Thread::NotStarted,
            shutdown: None,
            asked: 0,
            begun: 0,
            done: 0,
            missed: false,
            news: false,
            told: false,
            parked: false,
            waiters: Waiters::default(),
            has_heartbeat: false,
            pulse: None,
        }
    }

    pub(super) fn accept(
        &mut self,
        bounds: &Bounds,
        epoch: Epoch,
        context: Context,
        event: &[u8],
        coerced: u32,
    ) -> Result<(), NotRecorded> {
        if self.epoch != epoch {
            return Err(NotRecorded::Off);
        }
        if self.shutdown.is_some() {
            return Err(NotRecorded::ShutDown);
        }
        let limit = bounds.bytes.saturating_sub(self.worker_memory);
        // It must fit now, and once it is in a batch.
        let fits = self.in_batches(1, event.len()) <= limit;
        if !fits || !self.arena.push(limit, context, event) {
            return Err(NotRecorded::QueueFull);
        }
        self.arrivals.accepted += 1;
        self.arrivals.coerced += u64::from(coerced);
        Ok(())
    }

    /// Bytes of memory that the arena's events will take in batches, with so many more.
    fn in_batches(&self, events: usize, bytes: usize) -> usize {
        let bytes = self.arena.byte_len() + bytes;
        bytes + self.overhead.of(self.arena.len() + events, bytes)
    }

    /// Counts a refused event. True when the worker should be woken to report it.
    pub(super) fn refuse(&mut self, bounds: &Bounds, reason: NotRecorded) -> bool {
        self.arrivals.refuse(reason);
        let first = bounds.reports && reason.is_reported() && !self.told;
        self.told |= first;
        self.news |= first;
        first
    }

    pub(super) fn level(&self, bounds: &Bounds) -> Level {
        match self.arena.len() {
            0 => Level::Empty,
            events if events >= bounds.mark_events => Level::Marked,
            _ if self.arena.byte_len() >= bounds.mark_bytes => Level::Marked,
            _ => Level::Started,
        }
    }

    pub(super) fn held(&self) -> u64 {
        self.arena.len() as u64 + self.worker_events
    }

    /// True when there is work for a thread and the caller must start it. `at_once` does not wait for
    /// the retry interval after a refusal.
    pub(super) fn claim_thread(&mut self, clock: &Clock, at_once: bool) -> bool {
        let startable = match self.thread {
            Thread::NotStarted => true,
            Thread::SpawnFailed { retry_at } => at_once || retry_at <= clock.now(),
            Thread::Running | Thread::Ended => false,
        };
        let has_work = !self.arena.is_empty() || self.pulse.is_some() || self.news;
        let starts = startable && has_work;
        if starts {
            self.thread = Thread::Running;
        }
        starts
    }

    /// How `goal` ended; `None` while the worker is on its way to it.
    pub(super) fn verdict(&self, goal: Goal) -> Option<Flushed> {
        let reached = match goal {
            Goal::Round(ticket) => self.done >= ticket,
            Goal::End => false,
        };
        let missed = match self.thread {
            _ if reached => self.missed,
            Thread::NotStarted | Thread::Running => return None,
            Thread::SpawnFailed { .. } => true,
            Thread::Ended => self.missed,
        };
        Some(if missed {
            Flushed::Incomplete
        } else {
            Flushed::Complete
        })
    }

    pub(super) fn orders(
        &mut self,
        bounds: &Bounds,
        drain: bool,
        begin_round: bool,
        now: Tick,
        taken: &mut Taken,
    ) -> Orders {
        let since = self.arena_since.unwrap_or(now);
        if drain && !self.arena.is_empty() {
            self.worker_events += self.arena.len() as u64;
            // Reading copies the events to the core. What is kept of the memory they leave must
            // fit beside both, and is little: until they are read nobody can record into it.
            let spare = self.arena.spare_memory();
            let needs = self.arena.memory().max(spare + self.in_batches(0, 0));
            let free = bounds.bytes.saturating_sub(self.worker_memory + needs);
            let keeps = free.min((bounds.bytes / 8).saturating_sub(spare));
            self.worker_memory += keeps + self.arena.hand_over(taken, keeps);
            self.arena_since = None;
            self.told = false;
        }
        if begin_round {
            self.begun = self.asked;
        }
        self.news = false;
        Orders {
            since,
            begin_round,
            shutdown: self.shutdown,
            pulse: self.pulse.take(),
            renewal: None,
        }
    }

    /// Hooks that took too long, the one that is running included.
    pub(super) fn slow_hooks(&self) -> u64 {
        let slow = |since: Instant| since.elapsed() >= SLOW_HOOK;
        self.slow_hooks + u64::from(self.hook_since.is_some_and(slow))
    }

    pub(super) fn counters(&self) -> Counters {
        Counters {
            arrivals: self.arrivals,
            settled: self.settled,
        }
    }

    /// What nobody will send any more is dropped and counted.
    pub(super) fn end(&mut self, reason: DropReason, missed: bool) {
        let lost = self.held();
        self.settled.drop_events(reason, lost);
        self.arena.clear();
        self.worker_events = 0;
        self.worker_memory = 0;
        self.thread = Thread::Ended;
        self.missed = missed || lost > 0;
    }
}
