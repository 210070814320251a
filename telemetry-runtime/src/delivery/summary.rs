//! The counts of a summary between two recorded events.
//!
//! An update takes the accumulated event out of the state, changes it without a lock, and puts it back.
//! So the closure of the program, which may be slow, panic, fork or record other events, never runs under
//! a lock, and no caller waits for the closure of another thread. A thread that finds no event yields a few
//! times to the threads that hold one. After that it begins another event from the default, which the
//! worker records as an event of its own.
//!
//! The worker begins a new *round* when it takes the events. Later updates do not change events of an earlier
//! round, so the worker can wait for closures that run, even if new updates begin all the time.
//!
//! **Invariants.** Foreign code (closures, `Default`, destructors) must never run under the lock. The lock
//! of the queue may be taken while this lock is held, never the reverse. An event is only updated in the
//! epoch in which it began.

use std::{
    cell::Cell,
    mem,
    sync::PoisonError,
    time::{Duration, Instant},
};

use super::{epoch::Epoch, health::RecordError};
use crate::{
    util::{
        platform::fork::generation,
        sync::{Condvar, Mutex, MutexGuard, thread, thread_local},
    },
    wire::json::writer::Encode,
};

/// How often a thread yields to the threads that hold an event, before it begins another one. This is
/// enough for closures that only count.
const YIELDS: u32 = 20;

/// Accumulated events that the worker records.
pub(crate) struct Taken {
    pub(crate) epoch: Epoch,
    pub(crate) events: Vec<Box<dyn Encode + Send>>,
    /// Further events are accumulated: the timer must run again.
    pub(crate) again: bool,
}

impl Taken {
    fn of<E: Encode + Send + 'static>(epoch: Epoch, events: Vec<Box<E>>) -> Self {
        Self {
            epoch,
            events: events.into_iter().map(|event| event as Box<_>).collect(),
            again: false,
        }
    }
}

/// The worker's access to a summary of any event. It runs no foreign code; the caller drops the events.
pub(crate) trait Counting: Send + Sync {
    /// Takes the events of `epoch` and begins a round. Waits until `deadline` for closures that run.
    fn take(&self, epoch: Epoch, deadline: Instant) -> Taken;

    /// Refuses further updates, and takes the events that are left. Waits until `deadline` for closures
    /// that run.
    fn close(&self, deadline: Instant) -> Taken;

    /// Takes the events of an epoch that has ended. They are not recorded.
    fn forget(&self, epoch: Epoch) -> Taken;
}

/// The accumulated events of one summary in one process.
pub(crate) struct Accumulator<E> {
    state: Mutex<State<E>>,
    /// Wakes the worker when a closure has returned.
    returned: Condvar,
    /// The process to which this belongs.
    generation: u32,
}

struct State<E> {
    epoch: Epoch,
    round: u64,
    /// The round in which the epoch began.
    first_round: u64,
    /// Events that no closure updates: of this round, and of earlier ones.
    idle: Vec<Box<E>>,
    late: Vec<Box<E>>,
    /// The updates that are under way.
    running: Vec<Running>,
    /// The worker has a timer that records the events.
    scheduled: bool,
    worker_waits: bool,
    /// Further updates are refused.
    closing: bool,
    /// The last events were taken.
    closed: bool,
}

#[derive(Clone, Copy)]
struct Running {
    thread: usize,
    round: u64,
}

thread_local! {
    static MARK: Cell<u8> = const { Cell::new(0) };
}

/// A number that no other live thread has: the address of a thread-local variable.
fn this_thread() -> usize {
    let address = MARK.try_with(|mark| std::ptr::from_ref(mark).addr());
    address.unwrap_or_default()
}

impl<E> Accumulator<E> {
    pub(crate) fn new() -> Self {
        Self {
            state: Mutex::new(State {
                epoch: Epoch::FIRST,
                round: 0,
                first_round: 0,
                idle: Vec::new(),
                late: Vec::new(),
                running: Vec::new(),
                scheduled: false,
                worker_waits: false,
                closing: false,
                closed: false,
            }),
            returned: Condvar::new(),
            generation: generation(),
        }
    }

    /// Begins an update in `epoch`. `schedule` hands a timer to the worker, unless the epoch or the
    /// client has ended; it runs under the lock.
    pub(crate) fn begin(
        &self,
        epoch: Epoch,
        schedule: impl Fn() -> Result<(), RecordError>,
    ) -> Result<Update<'_, E>, RecordError> {
        let thread = this_thread();
        let mut yields = 0;
        let mut forgotten = Vec::new();
        loop {
            let mut state = self.lock();
            if state.closing {
                return Err(RecordError::ShutDown);
            }
            if state.running.iter().any(|other| other.thread == thread) {
                return Err(RecordError::Reentrant);
            }
            if !state.scheduled || state.epoch != epoch {
                schedule()?;
                state.scheduled = true;
                if state.epoch != epoch {
                    forgotten.append(&mut state.begin_epoch(epoch));
                }
            }
            let event = state.idle.pop();
            let round = state.round;
            let in_use = || state.running.iter().any(|other| other.round == round);
            if event.is_some() || yields == YIELDS || !in_use() {
                let running = Running { thread, round };
                state.running.push(running);
                return Ok(Update {
                    of: self,
                    running,
                    event,
                    forgotten,
                });
            }
            drop(state);
            yields += 1;
            thread::yield_now();
        }
    }

    /// Waits until the condition is false, which it can become when a closure returns, or until
    /// `deadline`.
    fn wait_while<'a>(
        &'a self,
        mut state: MutexGuard<'a, State<E>>,
        deadline: Instant,
        condition: impl Fn(&State<E>) -> bool,
    ) -> MutexGuard<'a, State<E>> {
        while condition(&state) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left == Duration::ZERO {
                break;
            }
            state.worker_waits = true;
            let woken = self.returned.wait_timeout(state, left);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
            state.worker_waits = false;
        }
        state
    }

    fn lock(&self) -> MutexGuard<'_, State<E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An update that is under way. [`end`](Self::end) must be called, even after a panic.
pub(crate) struct Update<'a, E> {
    of: &'a Accumulator<E>,
    running: Running,
    event: Option<Box<E>>,
    /// Events of an ended epoch.
    forgotten: Vec<Box<E>>,
}

impl<E: Default> Update<'_, E> {
    /// The event to change. Runs `Default` for a new one, which is foreign code.
    pub(crate) fn event(&mut self) -> &mut E {
        self.forgotten.clear();
        self.event.get_or_insert_with(Box::default)
    }
}

impl<E> Update<'_, E> {
    /// Puts the event back.
    pub(crate) fn end(&mut self) -> Result<(), RecordError> {
        if self.of.generation != generation() {
            // The closure forked, and this is the child: the event is accumulated in the parent.
            return Err(RecordError::Forked);
        }
        let Running { thread, round } = self.running;
        let mut state = self.of.lock();
        let mut running = state.running.iter();
        if let Some(position) = running.position(|other| other.thread == thread) {
            state.running.swap_remove(position);
        }
        // If telemetry was turned off during the update, the event is dropped with `self`.
        let is_current = round >= state.first_round;
        let lost = is_current && state.closed && self.event.is_some();
        if let Some(event) = self.event.take_if(|_| is_current && !lost) {
            if round == state.round {
                state.idle.push(event);
            } else {
                state.late.push(event);
            }
        }
        let wakes = state.worker_waits;
        drop(state);
        if wakes {
            self.of.returned.notify_all();
        }
        if lost {
            return Err(RecordError::ShutDown);
        }
        Ok(())
    }
}

impl<E> State<E> {
    /// Returns the events of the epoch that has ended.
    fn begin_epoch(&mut self, epoch: Epoch) -> Vec<Box<E>> {
        self.epoch = epoch;
        self.round += 1;
        self.first_round = self.round;
        self.take_all()
    }

    fn take_all(&mut self) -> Vec<Box<E>> {
        let mut events = mem::take(&mut self.late);
        events.append(&mut self.idle);
        events
    }

    /// True if a closure updates an event of this epoch that was taken before `round`.
    fn has_updates_before(&self, round: u64) -> bool {
        let rounds = self.first_round..round;
        let mut updates = self.running.iter();
        updates.any(|update| rounds.contains(&update.round))
    }
}

impl<E: Encode + Send + 'static> Counting for Accumulator<E> {
    fn take(&self, epoch: Epoch, deadline: Instant) -> Taken {
        let mut state = self.lock();
        if state.epoch == epoch {
            state.round += 1;
            let mut idle = mem::take(&mut state.idle);
            state.late.append(&mut idle);
        }
        let mut state = self.wait_while(state, deadline, |state| {
            state.epoch == epoch && state.has_updates_before(state.round)
        });
        if state.epoch != epoch {
            // The new epoch has its own timer.
            return Taken::of(epoch, Vec::<Box<E>>::new());
        }
        let events = mem::take(&mut state.late);
        let again = !state.idle.is_empty() || !state.running.is_empty();
        state.scheduled = again;
        drop(state);
        Taken {
            again,
            ..Taken::of(epoch, events)
        }
    }

    fn close(&self, deadline: Instant) -> Taken {
        let mut state = self.lock();
        state.closing = true;
        let mut state = self.wait_while(state, deadline, |state| {
            state.has_updates_before(state.round + 1)
        });
        state.closed = true;
        let (epoch, events) = (state.epoch, state.take_all());
        drop(state);
        Taken::of(epoch, events)
    }

    fn forget(&self, epoch: Epoch) -> Taken {
        let mut state = self.lock();
        let mut events = Vec::new();
        if state.epoch == epoch {
            events = state.begin_epoch(epoch);
            state.scheduled = false;
        }
        drop(state);
        Taken::of(epoch, events)
    }
}
