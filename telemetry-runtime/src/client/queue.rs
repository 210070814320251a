//! The queue between the host's threads and the worker: encoded events in a byte arena, and who
//! waits for whom.
//!
//! Recording never blocks on anything but one short lock, never waits for room and never allocates
//! once the arena has its size: an event that does not fit is refused and counted. The worker takes
//! the whole arena by swapping it with an empty one. It is woken only when the arena was empty or
//! crosses its mark, so a busy host does not pay for wake-ups. Nobody's code runs under the lock.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use self::state::{Level, State, Thread};
use super::{
    arena::Arena,
    batch::Tick,
    core::Core,
    health::{Health, NotRecorded},
    lane::Context,
};
use crate::transport::Outcome;

mod state;
#[cfg(test)]
mod tests;

/// Bounds of the queue.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Most bytes of events held at once, those that the worker holds included.
    pub(crate) bytes: usize,
    /// The worker is woken at so many events ...
    pub(crate) mark_events: usize,
    /// ... or so many bytes.
    pub(crate) mark_bytes: usize,
    /// Events wait so long for company.
    pub(crate) flush_interval: Duration,
}

#[derive(Debug)]
pub(crate) struct Queue {
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

/// What the worker is to do next.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Orders {
    /// When the oldest event of the arena was accepted, at the latest.
    pub(crate) since: Tick,
    pub(crate) begin_round: bool,
    pub(crate) shutdown: Option<Instant>,
}

impl Queue {
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            state: Mutex::default(),
            to_worker: Condvar::new(),
            to_callers: Condvar::new(),
        }
    }

    // A panic under the lock would be a bug of this file; the numbers are still worth having then.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in an encoded event. True when the caller must start the worker.
    pub(crate) fn accept(
        &self,
        context: Context,
        event: &[u8],
        coerced: u32,
    ) -> Result<bool, NotRecorded> {
        let mut state = self.lock();
        let before = state.level(&self.bounds);
        state.accept(&self.bounds, context, event, coerced)?;
        let start = state.claim_thread(Thread::None);
        let wake = state.level(&self.bounds) != before;
        drop(state);
        if wake {
            self.to_worker.notify_one();
        }
        Ok(start)
    }

    /// Counts an event that was refused before it came here.
    pub(crate) fn refuse(&self, reason: NotRecorded) -> NotRecorded {
        self.lock().arrivals.refuse(reason);
        reason
    }

    /// True when events are held and the caller must try again to start the worker.
    pub(crate) fn wants_thread(&self) -> bool {
        self.lock().claim_thread(Thread::Refused)
    }

    /// The system refused a thread. After closing, nobody will ask for one again.
    pub(crate) fn thread_refused(&self) {
        let mut state = self.lock();
        state.thread = Thread::Refused;
        if state.shutdown.is_some() {
            state.end(true);
        }
        self.to_callers.notify_all();
    }

    /// Asks for a round and waits for its end, at most until `deadline`.
    pub(crate) fn flush(&self, deadline: Option<Instant>) -> Flushed {
        let mut state = self.lock();
        if state.held() == 0 {
            return Flushed::Complete;
        }
        state.asked += 1;
        let ticket = state.asked;
        self.to_worker.notify_one();
        self.wait(state, deadline, |state| state.done >= ticket)
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

    /// Waits for the worker's end, at most until `deadline`.
    pub(crate) fn wait_for_end(&self, deadline: Option<Instant>) -> Flushed {
        self.wait(self.lock(), deadline, |_| false)
    }

    fn wait(
        &self,
        mut state: MutexGuard<'_, State>,
        deadline: Option<Instant>,
        done: impl Fn(&State) -> bool,
    ) -> Flushed {
        while !done(&state) && state.thread == Thread::Running {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                return Flushed::DeadlinePassed;
            }
            state = wait(&self.to_callers, state, left);
        }
        if state.missed || state.thread == Thread::Refused {
            Flushed::Incomplete
        } else {
            Flushed::Complete
        }
    }

    /// Everything that is known, in one consistent picture.
    pub(crate) fn health(&self) -> Health {
        let state = self.lock();
        Health {
            held: state.held(),
            last_failure: state.last_failure.clone(),
            last_status: state.last_status,
            arrivals: state.arrivals,
            settled: state.settled,
        }
    }

    /// The worker waits here until there is something to do, and takes the events it is due.
    ///
    /// `due` is when the core wants to act by itself; `taken` is empty and receives the events.
    pub(crate) fn orders(
        &self,
        clock: impl Fn() -> Tick,
        core: &Core,
        taken: &mut Arena,
    ) -> Orders {
        let due = core.due();
        let in_round = core.in_round();
        let mut state = self.lock();
        loop {
            let now = clock();
            if !state.arena.is_empty() {
                state.arena_since.get_or_insert(now);
            }
            let ripe = state
                .arena_since
                .map(|since| since.saturating_add(self.bounds.flush_interval));
            let begin_round = !in_round && state.asked > state.begun;
            let passed = |at: Option<Tick>| at.is_some_and(|at| at <= now);
            let drain = begin_round
                || state.shutdown.is_some()
                || passed(ripe)
                || state.level(&self.bounds) == Level::Marked;
            if drain || passed(due) {
                return state.hand_over(drain, begin_round, now, taken);
            }
            let wake = [due, ripe].into_iter().flatten().min();
            state = wait(
                &self.to_worker,
                state,
                wake.map(|at| at.saturating_sub(now)),
            );
        }
    }

    /// The worker reports what became of the events it took.
    pub(crate) fn publish(&self, core: &Core, outcome: Option<Outcome>) {
        let mut state = self.lock();
        state.worker_events = core.held_events();
        state.worker_bytes = core.held_bytes();
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
    }

    /// The worker is gone, and with it whatever it still held.
    pub(crate) fn finish(&self, missed: bool) {
        let mut state = self.lock();
        state.shutdown.get_or_insert_with(Instant::now);
        state.end(missed);
        self.to_callers.notify_all();
    }
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
