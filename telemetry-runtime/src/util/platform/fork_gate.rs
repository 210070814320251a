//! Keeps a fork out of an initialization that the process does once.
//!
//! A `Once` that a thread initializes at a fork stays "running" in the child, where this thread does not
//! exist: each thread of the child that needs it waits forever. Code of dependencies that initializes
//! such a value runs in [`initialize`], and a fork on another thread waits for its end.
//!
//! **Invariants.** A fork waits at most [`MAX_WAIT`]; a child of a fork that waited without success never runs
//! such code. Nothing here takes a lock or allocates, because the handlers of a fork may run in a signal
//! handler.

use std::{
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

/// The longest wait of a fork. An initialization takes less than a millisecond, unless the system does not
/// run its thread.
const MAX_WAIT: Duration = Duration::from_secs(1);

/// Time from one look at the state to the next.
const PAUSE: Duration = Duration::from_micros(50);

/// Why an initialization did not run.
pub(crate) const HALF_INITIALIZED: &str =
    "this process was forked in the middle of the first request of its parent";
pub(crate) const FORKING: &str = "the process is being forked";

/// The number of initializations that run, plus [`FORK`] for each fork under way.
static STATE: AtomicU32 = AtomicU32::new(0);
const FORK: u32 = 1 << 16;

/// An initialization ran at a fork between the first process and this one.
static HALF: AtomicBool = AtomicBool::new(false);

/// Runs `run` while no fork is under way. It must run no code of the host, which may fork.
///
/// # Errors
///
/// [`HALF_INITIALIZED`], or [`FORKING`] if a fork is under way until the deadline.
pub(crate) fn initialize<R>(deadline: Instant, run: impl FnOnce() -> R) -> Result<R, &'static str> {
    if HALF.load(Ordering::Relaxed) {
        return Err(HALF_INITIALIZED);
    }
    let _running = Running::begin(deadline).ok_or(FORKING)?;
    Ok(run())
}

/// An initialization that runs.
struct Running;

impl Running {
    fn begin(deadline: Instant) -> Option<Self> {
        let enter = |state| (state < FORK).then_some(state + 1);
        while STATE
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, enter)
            .is_err()
        {
            if Instant::now() >= deadline {
                return None;
            }
            thread::sleep(PAUSE);
        }
        Some(Self)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A signal handler of this thread may have forked, and the count of this child is zero.
        let end = |state| initializes(state).then(|| state - 1);
        let _ = STATE.fetch_update(Ordering::AcqRel, Ordering::Acquire, end);
    }
}

/// Before a fork, in the process that forks: begins no more initializations and waits for those that run.
pub(super) fn close() {
    if !initializes(STATE.fetch_add(FORK, Ordering::AcqRel)) {
        return;
    }
    let deadline = Instant::now() + MAX_WAIT;
    while initializes(STATE.load(Ordering::Acquire)) && Instant::now() < deadline {
        thread::sleep(PAUSE);
    }
}

/// After a fork, in the process that forked.
pub(super) fn open() {
    let leave = |state: u32| state.checked_sub(FORK);
    let _ = STATE.fetch_update(Ordering::AcqRel, Ordering::Acquire, leave);
}

/// After a fork, in the child.
pub(super) fn open_in_child() {
    if initializes(STATE.swap(0, Ordering::AcqRel)) {
        HALF.store(true, Ordering::Relaxed);
    }
}

fn initializes(state: u32) -> bool {
    !state.is_multiple_of(FORK)
}
