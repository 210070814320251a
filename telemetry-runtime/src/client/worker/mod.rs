//! The worker: the one background thread, which takes events from the queue and sends what the core
//! selects.
//!
//! It starts with the first accepted event and ends after a shutdown. Without work it wakes up once more,
//! after a flush interval, and then sleeps until it is woken. It is never joined: callers wait on the
//! queue, each with its own deadline. A panic in a transport loses at most the batch whose request panicked twice.

#[cfg(feature = "spool")]
mod adoption;
#[cfg(feature = "spool")]
mod read_back;
mod schedule;
mod send;

use std::{
    cell::Cell,
    collections::VecDeque,
    time::{Duration, Instant},
};

use self::schedule::restart_heartbeats;
use super::shared::Shared;
use crate::{
    delivery::{
        core::{Core, batch::Batch, key::PartitionKey},
        epoch::Epoch,
        health::DropReason,
        loss::Reporter,
        mono_time::MonoTime,
        queue::{state::Left, worker_side::Work},
        timer::Timer,
    },
    transport::{Outcome, Transport, shared_body::SharedBody},
    util::{catch_panic::catch_panic, platform::fork::generation, sync::thread_local},
    wire::{context::EnvelopeContext, rendering::Frame},
};

pub(super) const THREAD_NAME: &str = "telemetry";

/// Enough for a TLS handshake in a debug build. Only pages that are used take memory.
pub(super) const STACK_BYTES: usize = 1024 * 1024;

/// The pause after a panic. Each consecutive panic doubles it, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

thread_local! {
    /// The process in which this thread is a worker.
    static ON_WORKER: Cell<Option<u32>> = const { Cell::new(None) };
}

/// True on a worker's thread, where recording would be telemetry about telemetry. If foreign code on a
/// worker forks, the thread of the child is not a worker.
pub(super) fn on_worker() -> bool {
    ON_WORKER.with(Cell::get) == Some(generation())
}

/// The parts from which a worker is built.
pub(crate) struct WorkerParts {
    pub(crate) transport: Box<dyn Transport>,
    pub(crate) core: Core,
    pub(crate) context: EnvelopeContext,
    #[cfg(feature = "audit")]
    pub(crate) audit: Option<std::sync::Arc<crate::audit::AuditLog>>,
    /// Events of earlier processes are sent at once and as fast as possible.
    #[cfg(feature = "spool")]
    pub(crate) adopts_at_once: bool,
    pub(crate) reporter: Option<Reporter>,
}

/// Runs on the worker's thread.
pub(super) fn run(shared: &Shared, worker: Option<Worker>) {
    ON_WORKER.with(|process| process.set(Some(shared.generation)));
    let mut guard = FinishGuard {
        shared,
        left: Left {
            lost: true,
            stored: false,
        },
    };
    if let Some(mut worker) = worker {
        restart_heartbeats(shared);
        worker.run(shared);
        if shared.is_inherited() {
            // Foreign code forked and returned in the child, where this thread has no work.
            std::mem::forget((worker, guard));
            return;
        }
        shared.queue.abandon(std::mem::take(&mut worker.timers));
        guard.left = worker.drop_held(shared);
        drop(guard);
        // Its destructor is foreign code: it runs after the callers have been released, because it
        // may be slow or panic.
        let _ = catch_panic(|| drop(worker));
    }
}

/// Releases the waiting callers when the thread ends, even by a panic.
struct FinishGuard<'a> {
    shared: &'a Shared,
    left: Left,
}

impl Drop for FinishGuard<'_> {
    fn drop(&mut self) {
        self.shared.queue.finish(self.left);
    }
}

pub(crate) struct Worker {
    parts: WorkerParts,
    epoch: Epoch,
    /// Batches on the way from the queue to the core.
    taken: VecDeque<Batch>,
    /// The memory of the last request.
    body: SharedBody,
    /// There was no work for a flush interval.
    idle: bool,
    frames: Vec<(PartitionKey, Frame)>,
    #[cfg(feature = "spool")]
    adoption: adoption::Adoption,
    timers: Vec<Timer>,
    /// When the user's files were last read.
    files_checked: MonoTime,
    /// They could not be read: no request is made.
    unchecked: bool,
    /// Consecutive panics.
    panics: u32,
    /// Deadline of the shutdown.
    shutdown: Option<Instant>,
    /// True if the last request could not be sent.
    unreachable: bool,
}

/// How a step ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    /// Another step follows.
    Continue,
    /// The client is shut down.
    End,
    /// Foreign code panicked; the core has handled its batch.
    Panicked,
}

impl Worker {
    /// True if it must be woken to report losses.
    pub(crate) fn reports_loss(&self) -> bool {
        self.parts.reporter.is_some()
    }

    pub(crate) fn new(parts: WorkerParts) -> Self {
        Self {
            #[cfg(feature = "spool")]
            adoption: adoption::Adoption::default(),
            parts,
            epoch: Epoch::FIRST,
            taken: VecDeque::new(),
            body: SharedBody::default(),
            idle: false,
            frames: Vec::new(),
            timers: Vec::new(),
            files_checked: MonoTime::START,
            unchecked: false,
            panics: 0,
            shutdown: None,
            unreachable: false,
        }
    }

    fn run(&mut self, shared: &Shared) {
        #[cfg(feature = "spool")]
        self.begin_adoption(shared);
        loop {
            match self.step_catching_panics(shared) {
                _ if shared.is_inherited() => return,
                Flow::End => return,
                // A pause would use up the time of the shutdown.
                Flow::Panicked if self.shutdown.is_some() => return,
                Flow::Panicked => shared.queue.pause_after_panic(self.pause()),
                Flow::Continue => {}
            }
        }
    }

    /// The pause after the current number of consecutive panics: 10 ms, 20 ms, 40 ms ... 60 s.
    fn pause(&self) -> Duration {
        let doubled = 2_u32.saturating_pow(self.panics.saturating_sub(1));
        FIRST_PAUSE.saturating_mul(doubled).min(LONGEST_PAUSE)
    }

    fn step_catching_panics(&mut self, shared: &Shared) -> Flow {
        if let Some(flow) = catch_panic(|| self.step(shared)) {
            self.panics = 0;
            return flow;
        }
        if shared.is_inherited() {
            return Flow::End;
        }
        self.panics = self.panics.saturating_add(1);
        let undone = catch_panic(|| {
            self.parts.core.panicked(shared.queue.clock.now());
            #[cfg(feature = "spool")]
            shared.resolve(self.parts.core.take_notes());
            shared.queue.count_panic();
            self.publish(shared, None);
        });
        undone.map_or(Flow::End, |()| Flow::Panicked)
    }

    fn step(&mut self, shared: &Shared) -> Flow {
        #[cfg_attr(not(feature = "spool"), expect(unused_mut))]
        let mut work = self.await_work(shared);
        let now = shared.queue.clock.now();
        let last_round = work.shutdown.is_some() && self.shutdown.is_none();
        if work.begin_round || last_round {
            self.record_summaries(shared, work.shutdown);
            if shared.is_inherited() {
                return Flow::End;
            }
            self.parts.core.begin_round(now);
        }
        #[cfg(feature = "spool")]
        if let Some(part) = work.on_disk.take() {
            let urgent = work.begin_round || self.parts.core.in_round();
            self.read_back(shared, now, part, urgent);
        }
        self.shutdown = work.shutdown;
        #[cfg(feature = "spool")]
        if last_round {
            self.end_adoption();
        }
        if self.is_over(now) {
            return Flow::End;
        }
        let has_timer = self.timer_due().is_some_and(|due| due <= now);
        #[cfg(feature = "spool")]
        let adopts = self.adoption_due(shared).is_some_and(|due| due <= now);
        #[cfg(not(feature = "spool"))]
        let adopts = false;
        if self.files_refuse(shared, now, has_timer || adopts) {
            return Flow::Continue;
        }
        if has_timer {
            self.run_timers(shared, now);
        }
        if shared.is_inherited() {
            return Flow::End;
        }
        #[cfg(feature = "spool")]
        {
            self.maintain(shared, now);
            if adopts {
                self.adopt(shared, now);
            }
        }
        let outcome = self.send(shared);
        self.publish(shared, outcome);
        Flow::Continue
    }

    fn await_work(&mut self, shared: &Shared) -> Work {
        let queue = &shared.queue;
        let mut work = loop {
            let wait_for = self.wait_for(shared);
            let Self { parts, taken, .. } = self;
            let takes_at = |open: &Batch| parts.core.takes_at(open);
            let work = queue.next_work(|| queue.clock.now(), wait_for, takes_at, taken);
            match work.epoch_change {
                Some(epoch_change) => self.change_epoch(shared, epoch_change),
                None => break work,
            }
        };
        self.timers.append(&mut work.timers);
        self.idle = work.idle || (self.idle && self.taken.is_empty());
        if work.idle {
            self.body = SharedBody::default();
        }
        self.ingest(shared, work.shutdown);
        work
    }

    /// Moves the batches to the core, and the lines of their events to the audit log.
    fn ingest(&mut self, shared: &Shared, shutdown: Option<Instant>) {
        let Self { parts, taken, .. } = self;
        if taken.is_empty() {
            return;
        }
        #[cfg(feature = "audit")]
        let mut lines = parts.audit.as_deref().map(|log| {
            let left = shutdown.map(|end| end.saturating_duration_since(Instant::now()));
            log.batch(shared.rendering, shared.audit_format, left)
        });
        #[cfg(all(feature = "audit", feature = "spool"))]
        let mut logged = Vec::new();
        #[cfg(not(feature = "audit"))]
        let _ = (shared, shutdown);
        while let Some(batch) = taken.pop_front() {
            // Every accepted event passes here exactly once, before it is sent.
            let _held = parts.core.ingest(batch);
            #[cfg(feature = "audit")]
            if let (Some(lines), Some(batch)) = (&mut lines, _held) {
                for event in batch.events() {
                    lines.push(event, batch.key.schema_version());
                }
                #[cfg(feature = "spool")]
                logged.extend(batch.stored());
            }
        }
        #[cfg(feature = "audit")]
        if let Some(mut lines) = lines {
            lines.write();
            #[cfg(feature = "spool")]
            shared.logged(logged);
        }
    }

    /// True if the shutdown is over: at its deadline, or earlier if all held events are stored, or if nothing
    /// can be sent before it. The
    /// worker waits for retries, but not if the last request could not be sent: without a network
    /// the program must not wait.
    fn is_over(&self, now: MonoTime) -> bool {
        let Some(until) = self.shutdown else {
            return false;
        };
        let left = until.saturating_duration_since(Instant::now());
        let in_time = |due: MonoTime| due < now.saturating_add(left);
        let core = &self.parts.core;
        let retries = !self.unreachable && core.due().is_some_and(in_time);
        left.is_zero() || core.holds_only_stored() || !(retries || core.in_round())
    }

    /// Drops and counts the events that are still held, except those that are stored.
    fn drop_held(&mut self, shared: &Shared) -> Left {
        let core = &mut self.parts.core;
        let current = shared.switch.state().epoch() == self.epoch;
        let (held, stored) = (core.held_events(), core.held_stored());
        let left = Left {
            lost: current && held > stored,
            stored: current && stored > 0,
        };
        // A bug here must not panic in the host: the queue counts remaining events as dropped.
        let _ = catch_panic(|| core.drop_all(DropReason::Shutdown));
        // Stored events stay for a later run.
        #[cfg(feature = "spool")]
        if let Some(spool) = &shared.spool {
            let _ = catch_panic(|| spool.close());
        }
        let _ = catch_panic(|| self.publish(shared, None));
        left
    }

    /// Reports the results to the queue, and losses to the hook.
    fn publish(&mut self, shared: &Shared, outcome: Option<Outcome>) {
        if shared.is_inherited() {
            return;
        }
        let queue = &shared.queue;
        let report = self.parts.core.report();
        if let (Some(reporter), Some(outcome)) = (&mut self.parts.reporter, &outcome) {
            reporter.observe(outcome);
        }
        let spent = self.parts.core.take_spent();
        let published = queue.publish(self.epoch, &report, &self.taken, spent, outcome);
        let Some(counters) = published else { return };
        let reporter = self.parts.reporter.as_mut();
        let panicked =
            reporter.is_some_and(|reporter| !queue.time_hook(|| reporter.report(counters)));
        if panicked && !shared.is_inherited() {
            queue.count_panic();
        }
    }
}
