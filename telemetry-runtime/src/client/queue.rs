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

use super::{
    batch::Tick,
    core::{Context, Core},
    health::{Arrivals, DropReason, Health, NotRecorded, Settled},
};
use crate::transport::{Failure, Outcome};

/// Encoded events one after the other.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    bytes: Vec<u8>,
    marks: Vec<Mark>,
}

#[derive(Debug, Clone, Copy)]
struct Mark {
    end: usize,
    context: Context,
}

impl Arena {
    /// False when there is no memory for it.
    fn push(&mut self, context: Context, event: &[u8]) -> bool {
        let room = self.bytes.try_reserve(event.len()).is_ok() && self.marks.try_reserve(1).is_ok();
        if room {
            self.bytes.extend_from_slice(event);
            self.marks.push(Mark {
                end: self.bytes.len(),
                context,
            });
        }
        room
    }

    pub(crate) fn events(&self) -> impl Iterator<Item = (Context, &[u8])> {
        let starts = [0]
            .into_iter()
            .chain(self.marks.iter().map(|mark| mark.end));
        starts
            .zip(&self.marks)
            .filter_map(|(start, mark)| Some((mark.context, self.bytes.get(start..mark.end)?)))
    }

    /// Empty again. The memory is kept for the next events, but not that of a rare peak.
    pub(crate) fn clear(&mut self, keep: usize) {
        self.bytes.clear();
        self.marks.clear();
        self.bytes.shrink_to(keep);
    }

    fn len(&self) -> u64 {
        self.marks.len() as u64
    }
}

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

/// The worker thread as the queue knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thread {
    /// Not started: nothing was recorded yet.
    None,
    Running,
    /// The system refused a thread; the next flush asks again.
    Refused,
    /// Ended for good.
    Ended,
}

#[derive(Debug)]
struct State {
    arena: Arena,
    /// When the worker first saw the arena not empty.
    arena_since: Option<Tick>,
    worker_events: u64,
    worker_bytes: usize,
    arrivals: Arrivals,
    settled: Settled,
    last_failure: Option<Failure>,
    last_status: Option<u16>,
    thread: Thread,
    /// Until when the worker may go on sending; nothing is accepted any more.
    shutdown: Option<Instant>,
    /// Flushes are numbered: asked for, begun and done up to which one.
    asked: u64,
    begun: u64,
    done: u64,
    missed: bool,
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
        let state = State {
            arena: Arena::default(),
            arena_since: None,
            worker_events: 0,
            worker_bytes: 0,
            arrivals: Arrivals::default(),
            settled: Settled::default(),
            last_failure: None,
            last_status: None,
            thread: Thread::None,
            shutdown: None,
            asked: 0,
            begun: 0,
            done: 0,
            missed: false,
        };
        Self {
            bounds,
            state: Mutex::new(state),
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

    /// The system refused a thread.
    pub(crate) fn thread_refused(&self) {
        self.lock().thread = Thread::Refused;
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
        match state.missed || state.thread == Thread::Refused {
            true => Flushed::Incomplete,
            false => Flushed::Complete,
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
            if state.arena.len() > 0 {
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
        state.thread = Thread::Ended;
        state.shutdown.get_or_insert_with(Instant::now);
        state.missed = missed;
        self.drop_arena(&mut state);
        self.to_callers.notify_all();
    }

    /// What nobody will send any more is dropped and counted.
    pub(crate) fn give_up(&self) {
        let mut state = self.lock();
        if state.thread == Thread::Refused {
            state.thread = Thread::Ended;
            state.missed = state.arena.len() > 0;
            self.drop_arena(&mut state);
        }
    }

    fn drop_arena(&self, state: &mut State) {
        let (left, in_worker) = (state.arena.len(), state.worker_events);
        state
            .settled
            .drop_events(DropReason::Shutdown, left + in_worker);
        state.arena = Arena::default();
        state.worker_events = 0;
        state.worker_bytes = 0;
    }
}

/// How full the arena is, as far as the worker cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Empty,
    Started,
    Marked,
}

impl State {
    fn accept(
        &mut self,
        bounds: &Bounds,
        context: Context,
        event: &[u8],
        coerced: u32,
    ) -> Result<(), NotRecorded> {
        let held = self.arena.bytes.len() + self.worker_bytes;
        let refused = if self.shutdown.is_some() {
            Some(NotRecorded::ShutDown)
        } else if held + event.len() > bounds.bytes || !self.arena.push(context, event) {
            Some(NotRecorded::QueueFull)
        } else {
            None
        };
        if let Some(reason) = refused {
            self.arrivals.refuse(reason);
            return Err(reason);
        }
        self.arrivals.accepted += 1;
        self.arrivals.coerced += u64::from(coerced);
        Ok(())
    }

    fn level(&self, bounds: &Bounds) -> Level {
        match self.arena.marks.len() {
            0 => Level::Empty,
            events if events >= bounds.mark_events => Level::Marked,
            _ if self.arena.bytes.len() >= bounds.mark_bytes => Level::Marked,
            _ => Level::Started,
        }
    }

    fn held(&self) -> u64 {
        self.arena.len() + self.worker_events
    }

    fn claim_thread(&mut self, from: Thread) -> bool {
        let claimed = self.thread == from && self.arena.len() > 0;
        if claimed {
            self.thread = Thread::Running;
        }
        claimed
    }

    fn hand_over(
        &mut self,
        drain: bool,
        begin_round: bool,
        now: Tick,
        taken: &mut Arena,
    ) -> Orders {
        let since = self.arena_since.unwrap_or(now);
        if drain {
            self.worker_events += self.arena.len();
            self.worker_bytes += self.arena.bytes.len();
            std::mem::swap(&mut self.arena, taken);
            self.arena_since = None;
        }
        if begin_round {
            self.begun = self.asked;
        }
        Orders {
            since,
            begin_round,
            shutdown: self.shutdown,
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{core::Limits, policy::Policy};

    const BOUNDS: Bounds = Bounds {
        bytes: 100,
        mark_events: 3,
        mark_bytes: 60,
        flush_interval: Duration::from_secs(120),
    };

    fn core() -> Core {
        let limits = Limits {
            batch_events: 3,
            batch_bytes: 60,
            flush_interval: BOUNDS.flush_interval,
        };
        Core::new(limits, Policy::default(), fastrand::Rng::with_seed(1))
    }

    /// As the worker does it, at a time when everything in the arena is ripe.
    fn drain(queue: &Queue, core: &mut Core) -> usize {
        let mut taken = Arena::default();
        let late = Tick::from_secs(1000);
        let orders = queue.orders(|| late, core, &mut taken);
        for (context, event) in taken.events() {
            core.ingest(orders.since, context, event);
        }
        taken.events().count()
    }

    #[test]
    fn the_newest_event_is_refused_when_full_and_bytes_are_exact() {
        let queue = Queue::new(BOUNDS);
        let event = [b'x'; 25];
        for _ in 0..4 {
            assert!(queue.accept("1.0", &event, 0).is_ok());
        }
        assert_eq!(queue.accept("1.0", b"y", 0), Err(NotRecorded::QueueFull));
        let health = queue.health();
        assert_eq!((health.held, health.accepted()), (4, 4));
        assert_eq!(health.refused_for(NotRecorded::QueueFull), 1);
    }

    #[test]
    fn what_the_worker_holds_counts_until_it_is_settled() {
        let (queue, mut core) = (Queue::new(BOUNDS), core());
        for _ in 0..3 {
            assert!(queue.accept("1.0", &[b'x'; 30], 0).is_ok());
        }
        assert_eq!(drain(&queue, &mut core), 3);
        assert_eq!(queue.health().held, 3);
        assert_eq!(
            queue.accept("1.0", &[b'x'; 11], 0),
            Err(NotRecorded::QueueFull)
        );
        core.begin_round(Tick::ZERO);
        while core.next(Tick::ZERO).is_some() {
            core.answer(Tick::ZERO, &Outcome::delivered());
        }
        queue.publish(&core, Some(Outcome::delivered()));
        assert_eq!((queue.health().held, queue.health().delivered()), (0, 3));
        assert!(queue.accept("1.0", &[b'x'; 100], 0).is_ok());
    }

    #[test]
    fn the_first_event_alone_asks_for_the_worker() {
        let queue = Queue::new(BOUNDS);
        assert_eq!(queue.accept("1.0", b"x", 0), Ok(true));
        assert_eq!(queue.accept("1.0", b"x", 0), Ok(false));
    }

    #[test]
    fn a_refused_thread_is_asked_for_again_by_a_flush_only() {
        let queue = Queue::new(BOUNDS);
        assert_eq!(queue.accept("1.0", b"x", 0), Ok(true));
        queue.thread_refused();
        assert_eq!(queue.accept("1.0", b"x", 0), Ok(false));
        assert_eq!(queue.flush(None), Flushed::Incomplete);
        assert!(queue.wants_thread());
        queue.thread_refused();
        queue.close(Instant::now());
        queue.give_up();
        assert_eq!(queue.wait_for_end(None), Flushed::Incomplete);
        let health = queue.health();
        assert_eq!(
            (health.held, health.dropped_for(DropReason::Shutdown)),
            (0, 2)
        );
    }

    #[test]
    fn nothing_is_accepted_after_closing() {
        let queue = Queue::new(BOUNDS);
        queue.close(Instant::now());
        assert_eq!(queue.accept("1.0", b"x", 0), Err(NotRecorded::ShutDown));
        assert_eq!(queue.wait_for_end(None), Flushed::Complete);
    }
}
