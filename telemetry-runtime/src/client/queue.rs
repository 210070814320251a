//! The queue between the host's threads and the worker: encoded events in a byte arena, and who
//! waits for whom.
//!
//! Recording never blocks on anything but one short lock, never waits for room and never allocates
//! once the arena has its size: an event that does not fit is refused and counted. The worker takes
//! the whole arena by swapping it with an empty one. It is woken only when the arena was empty or
//! crosses its mark, so a busy host does not pay for wake-ups. Nobody's code runs under the lock.

use std::{
    sync::PoisonError,
    time::{Duration, Instant},
};

pub(crate) use self::state::Renewal;
use self::state::{Level, State, Thread};
use super::{
    arena::Taken,
    batch::Tick,
    clock::Clock,
    core::Core,
    guarded,
    health::{Counters, Health, NotRecorded},
    heartbeat::Pulse,
    lane::Context,
    standing::Epoch,
};
use crate::{
    sync::{Condvar, Mutex, MutexGuard},
    transport::Outcome,
};

mod epoch;
mod heartbeat;
mod state;
#[cfg(test)]
mod tests;
mod waiters;

/// Bounds of the queue.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
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
    bounds: Bounds,
    state: Mutex<State>,
    to_worker: Condvar,
    to_callers: Condvar,
}

/// How a flush or shutdown ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
#[non_exhaustive]
pub enum Flushed {
    /// Everything recorded before is out of the queue: delivered, or dropped and counted.
    Complete,
    /// Something could not be sent now. After a flush it is held and tried again later.
    Incomplete,
    /// The deadline passed first; the worker goes on.
    DeadlinePassed,
}

impl Flushed {
    /// True when everything recorded before is out of the queue.
    #[must_use]
    pub fn is_complete(self) -> bool {
        self == Self::Complete
    }
}

/// What somebody waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    /// The end of the round that was asked for under this number.
    Round(u64),
    /// The worker's end.
    End,
}

/// How waiting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Waited {
    Over(Flushed),
    /// There is no worker: the caller has its place now and must give it back.
    Vacant,
}

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
    /// It may sleep.
    pub(crate) patient: bool,
}

impl Needs {
    /// What a worker of the first epoch waits for that has nothing but its core.
    pub(crate) fn of(core: &Core, patient: bool) -> Self {
        Self {
            epoch: 0,
            due: core.due(),
            due_if_held: None,
            in_round: core.in_round(),
            patient,
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
    pub(crate) fn new(bounds: Bounds, clock: Clock) -> Self {
        Self {
            clock,
            bounds,
            state: Mutex::new(State::new(&bounds)),
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
        context: Context,
        event: &[u8],
        coerced: u32,
    ) -> (Result<(), NotRecorded>, bool) {
        let mut state = self.lock();
        let before = state.level(&self.bounds);
        let accepted = state.accept(&self.bounds, epoch, context, event, coerced);
        let wake = match accepted {
            Ok(()) => {
                if let Some(now) = self.clock.stamp() {
                    state.arena_since.get_or_insert(now);
                }
                state.level(&self.bounds) != before
            }
            // Telemetry was turned off, or off and on, since the event was encoded.
            Err(NotRecorded::Off) => false,
            Err(reason) => state.refuse(&self.bounds, reason),
        };
        let start = state.claim_thread(&self.clock);
        // A worker that is busy looks again before it sleeps, and waking is a system call.
        let wake = wake && state.parked;
        drop(state);
        if wake {
            self.to_worker.notify_one();
        }
        (accepted, start)
    }

    /// Counts an event that was refused before it came here.
    pub(crate) fn refuse(&self, reason: NotRecorded) -> NotRecorded {
        if self.lock().refuse(&self.bounds, reason) {
            self.to_worker.notify_one();
        }
        reason
    }

    /// True when the system refused a thread and it is time that the caller asks again.
    pub(crate) fn wants_thread(&self) -> bool {
        self.lock().claim_thread(&self.clock)
    }

    /// The system refused a thread and is asked again after `retry`.
    pub(crate) fn thread_refused(&self, retry: Duration) {
        let mut state = self.lock();
        state.ask_again = Some(self.clock.now().saturating_add(retry));
        state.vacate();
        drop(state);
        self.to_callers.notify_all();
    }

    /// The caller that had the worker's place gives it back.
    pub(crate) fn vacate(&self) {
        self.lock().vacate();
        self.to_callers.notify_all();
    }

    /// True when nobody does the worker's work and nobody can be made to.
    pub(crate) fn is_unattended(&self) -> bool {
        self.lock().is_unattended()
    }

    /// Asks for a round; `None` when nothing is held.
    pub(crate) fn ask(&self) -> Option<Goal> {
        let mut state = self.lock();
        if state.held() == 0 {
            return None;
        }
        state.asked += 1;
        let goal = Goal::Round(state.asked);
        drop(state);
        self.to_worker.notify_one();
        Some(goal)
    }

    /// Accepts nothing any more and lets the worker send until `until`; only the first call counts.
    pub(crate) fn close(&self, until: Instant) {
        let mut state = self.lock();
        state.shutdown.get_or_insert(until);
        if state.thread == Thread::None {
            state.thread = Thread::Ended;
        }
        drop(state);
        self.to_worker.notify_one();
    }

    /// Waits for `goal`, at most until `deadline`.
    pub(crate) fn wait(&self, goal: Goal, deadline: Option<Instant>) -> Waited {
        let mut state = self.lock();
        loop {
            if let Some(flushed) = state.verdict(goal) {
                return Waited::Over(flushed);
            }
            let left = left(deadline);
            let passed = left == Some(Duration::ZERO);
            // Somebody must end what nobody runs, even when there is no time to send.
            if state.is_unattended() && (!passed || goal == Goal::End) {
                state.thread = Thread::Running;
                return Waited::Vacant;
            }
            if passed {
                return Waited::Over(Flushed::DeadlinePassed);
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
                || state.shutdown.is_some()
                || passed(ripe)
                || state.level(&self.bounds) == Level::Marked;
            let news = state.news || state.pulse.is_some() || !taken.is_empty();
            let due_if_held = needs.due_if_held.filter(|_| state.held() > 0);
            let due = [needs.due, due_if_held].into_iter().flatten().min();
            if drain || passed(due) || news || !needs.patient {
                return state.orders(&self.bounds, drain, begin_round, now, taken);
            }
            let wake = [due, ripe].into_iter().flatten().min();
            state.parked = true;
            state = wait(&self.to_worker, state, self.clock.until(wake));
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
    /// False when the shutdown's deadline passed.
    pub(crate) fn rest(&self, pause: Duration) -> bool {
        let mut state = self.lock();
        let closed = state.shutdown.is_some();
        let until = self.clock.now().saturating_add(pause);
        loop {
            let shutdown = left(state.shutdown);
            let over = self.clock.now() >= until || shutdown == Some(Duration::ZERO);
            if over || state.asked > state.begun || state.shutdown.is_some() != closed {
                return state.shutdown.is_none_or(|until| until > Instant::now());
            }
            let pause = self.clock.until(Some(until));
            let left = [shutdown, pause].into_iter().flatten().min();
            state = wait(&self.to_worker, state, left);
        }
    }

    /// A test's clock has moved: whoever waits by it looks at it again.
    #[cfg(feature = "testing")]
    pub(crate) fn wake(&self) {
        // Under the lock nobody is between a look at the clock and its sleep.
        drop(self.lock());
        self.to_worker.notify_all();
    }

    /// The worker is gone, and with it whatever it still held.
    pub(crate) fn finish(&self, missed: bool) {
        let mut state = self.lock();
        if state.thread != Thread::Ended {
            state.shutdown.get_or_insert_with(Instant::now);
            state.end(missed);
        }
        let pulse = state.pulse.take();
        drop(state);
        self.to_callers.notify_all();
        // Foreign code, and so not under the lock.
        let _ = guarded(|| drop(pulse));
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
