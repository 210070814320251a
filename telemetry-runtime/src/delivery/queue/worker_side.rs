//! The worker's side of the queue: waiting for work, draining the arena, reporting results.

use std::time::{Duration, Instant};

use super::{
    Queue, QueueConfig,
    arena::Drained,
    state::{Level, State},
    time_left, wait,
};
use crate::{
    delivery::{
        core::CoreReport,
        epoch::Epoch,
        health::{Counters, DropReason, Resolved},
        mono_time::MonoTime,
        timer::Timer,
    },
    transport::Outcome,
    util::platform::fork::generation,
};

/// The conditions, besides the queue's own, that wake the worker.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WaitFor {
    /// The worker's epoch; the worker returns when the queue's differs.
    pub(crate) epoch: Epoch,
    /// The worker returns at this time.
    pub(crate) due: Option<MonoTime>,
    /// The worker returns at this time if any event is held.
    pub(crate) due_if_held: Option<MonoTime>,
    /// The current flush has not finished, so the next one must not start.
    pub(crate) in_round: bool,
    /// The worker knows of the shutdown and waits for `due` before its deadline.
    pub(crate) waits_in_shutdown: bool,
}

impl WaitFor {
    /// The conditions that follow from the core.
    pub(crate) fn new(epoch: Epoch, report: &CoreReport) -> Self {
        Self {
            epoch,
            due: report.due,
            due_if_held: None,
            in_round: report.in_round,
            waits_in_shutdown: false,
        }
    }
}

/// The worker's next tasks.
#[derive(Debug)]
pub(crate) struct Work {
    /// The time at which the drained events count as recorded.
    pub(crate) since: MonoTime,
    /// A flush starts.
    pub(crate) begin_round: bool,
    /// Deadline of the shutdown.
    pub(crate) shutdown: Option<Instant>,
    /// Timers to run from now on.
    pub(crate) timers: Vec<Timer>,
    /// The worker's epoch has ended; there is no other task then.
    pub(crate) epoch_change: Option<EpochChange>,
}

/// The new epoch: no event is held, and these are the counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EpochChange {
    pub(crate) epoch: Epoch,
    pub(crate) resolved: Resolved,
}

impl Queue {
    /// Blocks the worker until there is work, and drains the arena if its events are due.
    pub(crate) fn next_work(
        &self,
        clock: impl Fn() -> MonoTime,
        wait_for: WaitFor,
        drained: &mut Drained,
    ) -> Work {
        let mut state = self.lock();
        loop {
            let now = clock();
            let epoch_change = state.epoch_change(wait_for.epoch);
            if epoch_change.is_some() {
                return Work {
                    since: now,
                    begin_round: false,
                    shutdown: state.shutdown,
                    timers: Vec::new(),
                    epoch_change,
                };
            }
            if !state.arena.is_empty() {
                state.arena_since.get_or_insert(now);
            }
            let arena_due = state
                .arena_since
                .map(|since| since.saturating_add(self.config.flush_interval));
            let begin_round = !wait_for.in_round && state.flush_requested > state.flush_started;
            let passed = |at: Option<MonoTime>| at.is_some_and(|at| at <= now);
            let drain = begin_round
                || (state.shutdown.is_some() && !wait_for.waits_in_shutdown)
                || passed(arena_due)
                || state.level(&self.config) == Level::Batch;
            let has_task = state.loss_pending || !state.timers.is_empty() || !drained.is_empty();
            let due_if_held = wait_for.due_if_held.filter(|_| state.held() > 0);
            let due = [wait_for.due, due_if_held].into_iter().flatten().min();
            let left = time_left(state.shutdown);
            let ends = left == Some(Duration::ZERO);
            if drain || ends || passed(due) || has_task {
                return state.take_work(&self.config, drain, begin_round, now, drained);
            }
            let wake = [due, arena_due].into_iter().flatten().min();
            state.worker_sleeps = true;
            let until = [self.clock.until(wake), left].into_iter().flatten().min();
            state = wait(&self.to_worker, state, until);
            state.worker_sleeps = false;
        }
    }

    /// Drains the events that the worker itself has recorded for the round that begins.
    pub(crate) fn drain_now(&self, drained: &mut Drained) -> MonoTime {
        let mut state = self.lock();
        let since = state.arena_since.unwrap_or_else(|| self.clock.now());
        if !state.arena.is_empty() {
            state.drain(&self.config, drained);
        }
        since
    }

    /// The worker has read the drained events into the core.
    pub(crate) fn return_chunks(&self, report: &CoreReport, drained: &mut Drained) {
        let mut state = self.lock();
        state.arena.reclaim(drained);
        state.worker_memory = report.memory + drained.memory();
    }

    /// Stores the worker's results and returns all counters; `None` if its epoch has ended.
    pub(crate) fn publish(
        &self,
        epoch: Epoch,
        report: &CoreReport,
        drained: &Drained,
        outcome: Option<Outcome>,
    ) -> Option<Counters> {
        let memory = report.memory + drained.memory();
        let mut state = self.lock();
        if state.epoch != epoch {
            return None;
        }
        state.worker_events = report.held + drained.len() as u64;
        state.worker_memory = memory;
        state.resolved = report.resolved;
        match outcome {
            Some(Outcome::Response(response)) => state.last_status = Some(response.status()),
            Some(Outcome::NotSent(failure) | Outcome::Ambiguous(failure)) => {
                state.last_failure = Some(failure);
            }
            None => {}
        }
        if !report.in_round && state.flush_finished < state.flush_started {
            state.flush_finished = state.flush_started;
            state.flush_incomplete = report.flush_incomplete;
            self.to_callers.notify_all();
        }
        Some(state.counters())
    }

    /// Counts a panic of foreign code on the worker.
    pub(crate) fn count_panic(&self) {
        self.lock().panics += 1;
    }

    /// Runs a hook. If it is slow, [`Health`](crate::Health) counts it while it still runs.
    pub(crate) fn time_hook<R>(&self, hook: impl FnOnce() -> R) -> R {
        self.lock().hook_since = Some(Instant::now());
        let process = generation();
        let result = hook();
        if process != generation() {
            // The hook forked, and this is the child, where the lock may be held forever.
            return result;
        }
        let mut state = self.lock();
        state.slow_hooks = state.slow_hooks();
        state.hook_since = None;
        result
    }

    /// Pauses the worker after a panic; a flush or a shutdown ends the pause.
    pub(crate) fn pause_after_panic(&self, pause: Duration) {
        let mut state = self.lock();
        let until = self.clock.now().saturating_add(pause);
        let over =
            |state: &State| state.flush_requested > state.flush_started || state.shutdown.is_some();
        while !over(&state) && self.clock.now() < until {
            state = wait(&self.to_worker, state, self.clock.until(Some(until)));
        }
    }

    /// The worker has ended; the events that it still held are dropped and counted.
    pub(crate) fn finish(&self, flush_incomplete: bool) {
        self.end(self.lock(), DropReason::Shutdown, flush_incomplete);
    }
}

impl State {
    /// The change for a worker of another epoch; `None` if the worker's epoch is the current one.
    fn epoch_change(&self, epoch: Epoch) -> Option<EpochChange> {
        (self.epoch != epoch).then_some(EpochChange {
            epoch: self.epoch,
            resolved: self.resolved,
        })
    }

    fn take_work(
        &mut self,
        config: &QueueConfig,
        drain: bool,
        begin_round: bool,
        now: MonoTime,
        drained: &mut Drained,
    ) -> Work {
        let since = self.arena_since.unwrap_or(now);
        if drain && !self.arena.is_empty() {
            self.drain(config, drained);
        }
        if begin_round {
            self.flush_started = self.flush_requested;
        }
        self.loss_pending = false;
        Work {
            since,
            begin_round,
            shutdown: self.shutdown,
            timers: std::mem::take(&mut self.timers),
            epoch_change: None,
        }
    }

    /// Moves the chunks of the arena to the worker, which copies their events into batches.
    ///
    /// A chunk is freed once it is read, except that chunks of `reuse_budget` bytes are kept for the
    /// arena. Kept chunks are counted twice until they are returned, because they and the copies of
    /// their events are allocated at the same time. They must therefore fit into the memory that
    /// the batches leave free. A budget of at most 1/8 of the queue leaves the rest for events that
    /// arrive meanwhile.
    ///
    /// Example with 1,024 KiB: the arena has 512 KiB of chunks, and their events will take 540 KiB in
    /// batches. 484 KiB are free, so the budget is 128 KiB. The worker is charged 640 KiB; callers
    /// may fill 384 KiB. After reading, it is charged the 540 KiB of its batches, and the arena has
    /// 128 KiB of empty chunks.
    fn drain(&mut self, config: &QueueConfig, drained: &mut Drained) {
        self.worker_events += self.arena.len() as u64;
        let spare = self.arena.spare_memory();
        let needed = self
            .arena
            .memory()
            .max(spare + self.memory_in_batches(0, 0));
        let free = config.bytes.saturating_sub(self.worker_memory + needed);
        let reuse_budget = free.min((config.bytes / 8).saturating_sub(spare));
        self.worker_memory += reuse_budget + self.arena.drain_into(drained, reuse_budget);
        self.arena_since = None;
        self.loss_wakeup_sent = false;
    }
}
