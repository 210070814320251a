//! The worker's side of the queue: what it waits for, what it is told, what it reports.

use std::time::{Duration, Instant};

use super::{
    Queue,
    arena::Drained,
    left,
    state::{EpochChange, Level, State, WorkerState},
    wait,
};
use crate::{
    client::heartbeat::HeartbeatTimer,
    delivery::{
        clock::MonoTime,
        core::Core,
        epoch::Epoch,
        health::{Counters, DropReason},
    },
    transport::Outcome,
    util::{catch_panic::catch_panic, sync::MutexGuard},
};

/// What the worker waits for by itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WaitFor {
    /// The epoch that it knows.
    pub(crate) epoch: Epoch,
    /// When there is something to do without any input.
    pub(crate) due: Option<MonoTime>,
    /// When there is if anything is held.
    pub(crate) due_if_held: Option<MonoTime>,
    /// A round is not over yet.
    pub(crate) in_round: bool,
    /// It knows of the shutdown, and waits for something until then.
    pub(crate) lingers: bool,
}

impl WaitFor {
    /// What a worker of the first epoch waits for that has nothing but its core.
    pub(crate) fn of(core: &Core) -> Self {
        Self {
            epoch: 0,
            due: core.due(),
            due_if_held: None,
            in_round: core.in_round(),
            lingers: false,
        }
    }
}

/// What the worker is to do next.
#[derive(Debug)]
pub(crate) struct Work {
    /// When the oldest event of the arena was accepted, at the latest.
    pub(crate) since: MonoTime,
    pub(crate) begin_round: bool,
    pub(crate) shutdown: Option<Instant>,
    /// A heartbeat to take care of.
    pub(crate) timer: Option<HeartbeatTimer>,
    /// The worker is of another epoch, and this is all there is to do.
    pub(crate) epoch_change: Option<EpochChange>,
}

impl Queue {
    /// The worker waits here until there is something to do, and takes the events it is due.
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
                    timer: None,
                    epoch_change,
                };
            }
            if !state.arena.is_empty() {
                state.arena_since.get_or_insert(now);
            }
            let ripe = state
                .arena_since
                .map(|since| since.saturating_add(self.config.flush_interval));
            let begin_round = !wait_for.in_round && state.flush_requested > state.flush_started;
            let passed = |at: Option<MonoTime>| at.is_some_and(|at| at <= now);
            let drain = begin_round
                || (state.shutdown.is_some() && !wait_for.lingers)
                || passed(ripe)
                || state.level(&self.config) == Level::Marked;
            let loss_pending = state.loss_pending || state.timer.is_some() || !drained.is_empty();
            let due_if_held = wait_for.due_if_held.filter(|_| state.held() > 0);
            let due = [wait_for.due, due_if_held].into_iter().flatten().min();
            let left = left(state.shutdown);
            let ends = left == Some(Duration::ZERO);
            if drain || ends || passed(due) || loss_pending {
                return state.next_work(&self.config, drain, begin_round, now, drained);
            }
            let wake = [due, ripe].into_iter().flatten().min();
            state.parked = true;
            let until = [self.clock.until(wake), left].into_iter().flatten().min();
            state = wait(&self.to_worker, state, until);
            state.parked = false;
        }
    }

    /// The worker has read what it took.
    pub(crate) fn return_chunks(&self, core: &Core, drained: &mut Drained) {
        let memory = core.memory();
        let mut state = self.lock();
        state.arena.reclaim(drained);
        state.worker_memory = memory + drained.memory();
    }

    /// The worker reports what became of the events it took, and learns all counters; nothing when
    /// its epoch has ended.
    pub(crate) fn publish(
        &self,
        epoch: Epoch,
        core: &Core,
        drained: &Drained,
        outcome: Option<Outcome>,
    ) -> Option<Counters> {
        let memory = core.memory() + drained.memory();
        let mut state = self.lock();
        if state.epoch != epoch {
            return None;
        }
        state.worker_events = core.held_events() + drained.len() as u64;
        state.worker_memory = memory;
        state.resolved = core.resolved();
        match outcome {
            Some(Outcome::Response(response)) => state.last_status = Some(response.status()),
            Some(Outcome::NotSent(failure) | Outcome::Ambiguous(failure)) => {
                state.last_failure = Some(failure);
            }
            None => {}
        }
        if !core.in_round() && state.flush_finished < state.flush_started {
            state.flush_finished = state.flush_started;
            state.flush_incomplete = core.flush_incomplete();
            self.to_callers.notify_all();
        }
        Some(state.counters())
    }

    /// Something foreign panicked on the worker.
    pub(crate) fn count_panic(&self) {
        self.lock().panics += 1;
    }

    /// Runs a hook and counts it when it takes too long, from that moment on.
    pub(crate) fn time_hook<R>(&self, hook: impl FnOnce() -> R) -> R {
        self.lock().hook_since = Some(Instant::now());
        let result = hook();
        let mut state = self.lock();
        state.slow_hooks = state.slow_hooks();
        state.hook_since = None;
        result
    }

    /// The worker pauses after a panic, unless somebody asks for a round or the end meanwhile.
    pub(crate) fn back_off(&self, pause: Duration) {
        let mut state = self.lock();
        let until = self.clock.now().saturating_add(pause);
        let over =
            |state: &State| state.flush_requested > state.flush_started || state.shutdown.is_some();
        while !over(&state) && self.clock.now() < until {
            state = wait(&self.to_worker, state, self.clock.until(Some(until)));
        }
    }

    /// The worker is gone, and with it whatever it still held.
    pub(crate) fn finish(&self, flush_incomplete: bool) {
        self.end(self.lock(), DropReason::Shutdown, flush_incomplete);
    }

    /// Ends a client that is shut down and has no thread. True when it did: the worker can go.
    pub(super) fn end_without_thread(&self, state: MutexGuard<'_, State>) -> bool {
        let no_thread = matches!(
            state.worker,
            WorkerState::NotStarted | WorkerState::SpawnFailed { .. }
        );
        let ends = no_thread && state.shutdown.is_some();
        if ends {
            self.end(state, DropReason::NoThread, false);
        }
        ends
    }

    fn end(&self, mut state: MutexGuard<'_, State>, reason: DropReason, flush_incomplete: bool) {
        if state.worker != WorkerState::Ended {
            state.shutdown.get_or_insert_with(Instant::now);
            state.end(reason, flush_incomplete);
        }
        let timer = state.timer.take();
        drop(state);
        self.to_callers.notify_all();
        // Foreign code, and so not under the lock.
        let _ = catch_panic(|| drop(timer));
    }
}
