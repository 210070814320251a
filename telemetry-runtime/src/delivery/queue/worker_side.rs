//! The worker's side of the queue: what it waits for, what it is told, what it reports.

use std::time::{Duration, Instant};

use super::{
    Queue,
    arena::Taken,
    left,
    state::{Level, Renewal, State, Thread},
    wait,
};
use crate::{
    client::heartbeat::Pulse,
    delivery::{
        clock::Tick,
        core::Core,
        epoch::Epoch,
        health::{Counters, DropReason},
    },
    transport::Outcome,
    util::{catch_panic::guarded, sync::MutexGuard},
};

/// What the worker waits for by itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Needs {
    /// The epoch that it knows.
    pub(crate) epoch: Epoch,
    /// When there is something to do without any input.
    pub(crate) due: Option<Tick>,
    /// When there is if anything is held.
    pub(crate) due_if_held: Option<Tick>,
    /// A round is not over yet.
    pub(crate) in_round: bool,
    /// It knows of the shutdown, and waits for something until then.
    pub(crate) lingers: bool,
}

impl Needs {
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
pub(crate) struct Orders {
    /// When the oldest event of the arena was accepted, at the latest.
    pub(crate) since: Tick,
    pub(crate) begin_round: bool,
    pub(crate) shutdown: Option<Instant>,
    /// A heartbeat to take care of.
    pub(crate) pulse: Option<Pulse>,
    /// The worker is of another epoch, and this is all there is to do.
    pub(crate) renewal: Option<Renewal>,
}

impl Queue {
    /// The worker waits here until there is something to do, and takes the events it is due.
    pub(crate) fn orders(
        &self,
        clock: impl Fn() -> Tick,
        needs: Needs,
        taken: &mut Taken,
    ) -> Orders {
        let mut state = self.lock();
        loop {
            let now = clock();
            let renewal = state.renewal(needs.epoch);
            if renewal.is_some() {
                return Orders {
                    since: now,
                    begin_round: false,
                    shutdown: state.shutdown,
                    pulse: None,
                    renewal,
                };
            }
            if !state.arena.is_empty() {
                state.arena_since.get_or_insert(now);
            }
            let ripe = state
                .arena_since
                .map(|since| since.saturating_add(self.bounds.flush_interval));
            let begin_round = !needs.in_round && state.asked > state.begun;
            let passed = |at: Option<Tick>| at.is_some_and(|at| at <= now);
            let drain = begin_round
                || (state.shutdown.is_some() && !needs.lingers)
                || passed(ripe)
                || state.level(&self.bounds) == Level::Marked;
            let news = state.news || state.pulse.is_some() || !taken.is_empty();
            let due_if_held = needs.due_if_held.filter(|_| state.held() > 0);
            let due = [needs.due, due_if_held].into_iter().flatten().min();
            let left = left(state.shutdown);
            let ends = left == Some(Duration::ZERO);
            if drain || ends || passed(due) || news {
                return state.orders(&self.bounds, drain, begin_round, now, taken);
            }
            let wake = [due, ripe].into_iter().flatten().min();
            state.parked = true;
            let until = [self.clock.until(wake), left].into_iter().flatten().min();
            state = wait(&self.to_worker, state, until);
            state.parked = false;
        }
    }

    /// The worker has read what it took.
    pub(crate) fn settle(&self, core: &Core, taken: &mut Taken) {
        let memory = core.memory();
        let mut state = self.lock();
        state.arena.take_back(taken);
        state.worker_memory = memory + taken.memory();
    }

    /// The worker reports what became of the events it took, and learns all counters; nothing when
    /// its epoch has ended.
    pub(crate) fn publish(
        &self,
        epoch: Epoch,
        core: &Core,
        taken: &Taken,
        outcome: Option<Outcome>,
    ) -> Option<Counters> {
        let memory = core.memory() + taken.memory();
        let mut state = self.lock();
        if state.epoch != epoch {
            return None;
        }
        state.worker_events = core.held_events() + taken.len() as u64;
        state.worker_memory = memory;
        state.settled = core.settled();
        match outcome {
            Some(Outcome::Response(response)) => state.last_status = Some(response.status),
            Some(Outcome::NotSent(failure) | Outcome::Ambiguous(failure)) => {
                state.last_failure = Some(failure);
            }
            None => {}
        }
        if !core.in_round() && state.done < state.begun {
            state.done = state.begun;
            state.missed = core.missed();
            self.to_callers.notify_all();
        }
        Some(state.counters())
    }

    /// Something foreign panicked on the worker.
    pub(crate) fn count_panic(&self) {
        self.lock().panics += 1;
    }

    /// Runs a hook and counts it when it takes too long, from that moment on.
    pub(crate) fn watched<R>(&self, hook: impl FnOnce() -> R) -> R {
        self.lock().hook_since = Some(Instant::now());
        let result = hook();
        let mut state = self.lock();
        state.slow_hooks = state.slow_hooks();
        state.hook_since = None;
        result
    }

    /// The worker pauses after a panic, unless somebody asks for a round or the end meanwhile.
    pub(crate) fn rest(&self, pause: Duration) {
        let mut state = self.lock();
        let until = self.clock.now().saturating_add(pause);
        let over = |state: &State| state.asked > state.begun || state.shutdown.is_some();
        while !over(&state) && self.clock.now() < until {
            state = wait(&self.to_worker, state, self.clock.until(Some(until)));
        }
    }

    /// The worker is gone, and with it whatever it still held.
    pub(crate) fn finish(&self, missed: bool) {
        self.end(self.lock(), DropReason::Shutdown, missed);
    }

    /// Ends a client that is shut down and has no thread. True when it did: the worker can go.
    pub(super) fn end_without_thread(&self, state: MutexGuard<'_, State>) -> bool {
        let no_thread = matches!(
            state.thread,
            Thread::NotStarted | Thread::SpawnFailed { .. }
        );
        let ends = no_thread && state.shutdown.is_some();
        if ends {
            self.end(state, DropReason::NoThread, false);
        }
        ends
    }

    fn end(&self, mut state: MutexGuard<'_, State>, reason: DropReason, missed: bool) {
        if state.thread != Thread::Ended {
            state.shutdown.get_or_insert_with(Instant::now);
            state.end(reason, missed);
        }
        let pulse = state.pulse.take();
        drop(state);
        self.to_callers.notify_all();
        // Foreign code, and so not under the lock.
        let _ = guarded(|| drop(pulse));
    }
}
