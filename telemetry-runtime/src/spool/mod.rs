//! The spool: events in files, so that they survive the process that recorded them.
//!
//! One folder holds the events of a product and a user in append-only files, the segments. The process that
//! creates a segment locks it. When the process has ended, the lock is free, and any process of the same
//! user adopts the segment: it locks the file, reads the events that are not delivered, and notes in the
//! same file what becomes of them. There is no index, so no second file must agree with a segment.
//!
//! | file | content |
//! | --- | --- |
//! | `header`, `record`, `checksum`, `cursor` | the format |
//! | `name` | the names of the files |
//! | `content` | reads a segment |
//! | `folder` | the interface to the file system and the clock |
//! | `disk` | the file system and the clock of the system |
//! | `segment` | appends to a segment that this process owns |
//! | `create`, `state` | the segments that this process owns |
//! | `caller_side` | stores an event: tries once and never waits |
//! | `worker_side` | notes what becomes of events, and returns to the disk after a fault |
//! | `claim`, `adopt`, `sweep` | locks, adopts and removes segments of processes that have ended |
//! | `sender_lock` | the lock of the background sender |
//! | `purge`, `survey` | removes everything, lists everything, from any process |
//!
//! **Invariants.** A caller never waits for another thread or process; if it cannot store an event at once,
//! the event is held in memory only. An event is stored before the call returns. A segment has one
//! owner. Damage to a file costs at most the damaged record and those after it. A file is removed only if
//! its events are delivered, dropped or counted, or if the user opted out.

pub(crate) mod adopt;
mod caller_side;
mod checksum;
mod claim;
pub(crate) mod content;
mod counters;
mod create;
mod cursor;
pub(crate) mod disk;
pub(crate) mod folder;
pub(crate) mod header;
mod name;
pub(crate) mod purge;
pub(crate) mod ranges;
mod record;
mod segment;
pub(crate) mod sender_lock;
pub(crate) mod state;
#[cfg(any(test, feature = "clap"))]
pub(crate) mod survey;
mod sweep;
pub(crate) mod worker_side;

#[cfg(test)]
mod tests;

use std::{
    io::{self, ErrorKind},
    sync::{
        Arc, MutexGuard, PoisonError, TryLockError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use self::{
    counters::Counters,
    folder::{Missing, OpenFolder, Time},
    header::Identity,
    ranges::Range,
    record::Note,
    state::State,
};
use crate::util::{platform::fork, sync::Mutex};

/// Attempts of a caller to lock the state, which take about 5 us. A write takes about 1 us.
const SPINS: u32 = 200;

/// The longest time that the worker waits for a write of a caller.
const PATIENCE: Duration = Duration::from_millis(5);

/// Pause between two attempts of the worker.
const RETRY_PAUSE: Duration = Duration::from_micros(200);

/// Limits of a spool.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Size of a segment in bytes, without the notes about its events.
    pub(crate) segment_bytes: u64,
    /// Bytes of all files. Each process that writes may exceed it by one segment.
    pub(crate) total_bytes: u64,
    /// Number of files.
    pub(crate) files: usize,
    /// Age at which events are removed.
    pub(crate) age: Duration,
    /// A longer write pauses the spool of the process.
    pub(crate) slow_write: Duration,
    /// First pause after a slow write. Each consecutive one doubles it, up to `pause`.
    pub(crate) slow_pause: Duration,
    /// Pause after an error.
    pub(crate) pause: Duration,
}

impl Limits {
    pub(crate) const DEFAULT: Self = Self {
        segment_bytes: 256 * 1024,
        total_bytes: 16 * 1024 * 1024,
        files: 1024,
        age: Duration::from_secs(7 * 24 * 3600),
        slow_write: Duration::from_millis(5),
        slow_pause: Duration::from_millis(100),
        pause: Duration::from_secs(60),
    };
}

/// Where an event is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stored {
    /// The number of the segment in this process.
    pub(crate) segment: u32,
    /// The number of the event in the segment.
    pub(crate) number: u64,
    /// Length of the segment before and after it.
    before: u64,
    after: u64,
}

/// Why an event is held in memory only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotStored {
    /// Another thread writes.
    Busy,
    /// The spool is full, or the disk failed or was slow.
    Paused,
    /// The event does not fit into a segment.
    TooLarge,
}

/// Events of one segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) segment: u32,
    pub(crate) range: Range,
}

/// The spool of one client in one process.
pub(crate) struct Spool {
    identity: Identity,
    limits: Limits,
    open_folder: OpenFolder,
    time: Arc<dyn Time>,
    /// Both times when the spool was created.
    started: (Duration, u64),
    generation: u32,
    /// A copy of `State::pause`, so that a caller needs no lock to read it.
    paused: AtomicBool,
    counters: Counters,
    state: Mutex<State>,
    /// Notes of the worker that wait for the state.
    deferred: Mutex<Vec<(Note, Span)>>,
}

impl Spool {
    /// Reads and writes nothing yet.
    pub(crate) fn new(
        identity: Identity,
        limits: Limits,
        open_folder: OpenFolder,
        time: Arc<dyn Time>,
    ) -> Self {
        Self {
            identity,
            limits,
            open_folder,
            started: (time.now(), time.wall_ms()),
            time,
            generation: fork::generation(),
            paused: AtomicBool::new(false),
            counters: Counters::default(),
            state: Mutex::new(State::default()),
            deferred: Mutex::default(),
        }
    }

    /// The spool of a child of a fork: the same folder, and no segment of the parent.
    pub(crate) fn for_child(&self) -> Self {
        Self::new(
            self.identity.clone(),
            self.limits,
            Arc::clone(&self.open_folder),
            Arc::clone(&self.time),
        )
    }

    /// Removes all files of the folder after an opt-out, also those of other processes. Returns their number.
    ///
    /// # Errors
    ///
    /// The last error of the file system, after every other file was removed.
    pub(crate) fn purge(&self) -> io::Result<u64> {
        let removed = self.remove_all();
        self.counters.errors.add(u64::from(removed.is_err()));
        removed
    }

    fn remove_all(&self) -> io::Result<u64> {
        let folder = match (self.open_folder)(Missing::Leave) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
            folder => folder?,
        };
        let removed = purge::purge(&*folder);
        // If a caller is in the middle of a write, `maintain` finds that the files were removed.
        self.forget();
        removed
    }

    /// The state, if it is free now. Never in a child of a fork: the state belongs to the parent.
    fn try_state(&self) -> Option<MutexGuard<'_, State>> {
        if self.generation != fork::generation() {
            return None;
        }
        match self.state.try_lock() {
            Ok(state) => Some(state),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// The state for a caller, after a few attempts without a wait.
    fn state_of_caller(&self) -> Option<MutexGuard<'_, State>> {
        (0..SPINS).find_map(|_| {
            let state = self.try_state();
            if state.is_none() {
                std::hint::spin_loop();
            }
            state
        })
    }

    /// The state for the worker, which waits at most 5 ms. With the notes that waited for it.
    fn state_of_worker(&self) -> Option<MutexGuard<'_, State>> {
        let until = self.time.now().saturating_add(PATIENCE);
        let mut state = loop {
            if let Some(state) = self.try_state() {
                break state;
            }
            if self.generation != fork::generation() || self.time.now() >= until {
                return None;
            }
            self.time.pause(RETRY_PAUSE);
        };
        let deferred = std::mem::take(&mut *self.deferred());
        for (note, span) in deferred {
            state.resolve(self, note, span);
        }
        Some(state)
    }

    fn deferred(&self) -> MutexGuard<'_, Vec<(Note, Span)>> {
        let deferred = self.deferred.lock();
        deferred.unwrap_or_else(PoisonError::into_inner)
    }

    /// Milliseconds since 1970, to compute ages: a clock that jumps forward while the process runs does
    /// not make its events old.
    pub(crate) fn trusted_ms(&self) -> u64 {
        let (now, wall_ms) = self.started;
        let elapsed = self.time.now().saturating_sub(now).as_millis();
        let expected = wall_ms.saturating_add(u64::try_from(elapsed).unwrap_or(u64::MAX));
        self.time.wall_ms().min(expected)
    }

    fn set_paused(&self, paused: bool) {
        self.paused.store(paused, Ordering::Relaxed);
    }

    /// The age at which stored events are removed.
    pub(crate) fn age(&self) -> Duration {
        self.limits.age
    }

    pub(crate) fn counters(&self) -> counters::Snapshot {
        self.counters.snapshot()
    }
}
