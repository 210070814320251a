//! The queue between the host's threads and the worker: batches of encoded events, and the callers
//! that wait for a flush or for the shutdown.
//!
//! Recording takes one short lock, that of the thread's [shard](shards), and allocates nothing while the worker
//! returns the memory of batches that it sent. The queue's own lock is taken when a batch begins, grows or is
//! full. An event that does not fit is refused and counted. The worker takes whole batches without copying
//! them, except small ones of several threads. It is woken when a batch is full, or when it would sleep longer
//! than the flush interval of a new batch, so that a busy host does not pay for wake-ups.
//!
//! **Invariants.** A caller that records must never wait for the network, for queue space or for a
//! thread. Foreign code (wakers, hooks, destructors) must never run under a lock.

#[cfg(feature = "spool")]
mod adoption;
mod caller_side;
mod epoch_change;
mod gather;
mod limits;
#[cfg(feature = "spool")]
pub(crate) mod on_disk;
mod poll;
#[cfg(feature = "spool")]
mod read_back;
pub(crate) mod recorded;
mod shards;
pub(crate) mod state;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod thread_tests;
pub(crate) mod timers;
mod waiters;
pub(crate) mod worker_side;

use std::{
    sync::{Arc, PoisonError},
    time::{Duration, Instant},
};

use self::{shards::Shards, state::State};
use super::{clock::Clock, core::incoming::BatchConfig, heartbeat::Heartbeats};
use crate::util::sync::{Condvar, Mutex, MutexGuard};

#[derive(Debug, Clone, Copy)]
pub(crate) struct QueueConfig {
    /// Maximum number of bytes of memory for events, including those that the worker holds.
    pub(crate) bytes: usize,
    pub(crate) batches: BatchConfig,
    /// Longest time that an event waits for its batch to fill.
    pub(crate) flush_interval: Duration,
    /// True if the worker is woken to report refused events.
    pub(crate) reports_loss: bool,
}

#[derive(Debug)]
pub(crate) struct Queue {
    pub(crate) clock: Clock,
    config: QueueConfig,
    /// A lock of its own, because a child of a fork reads it: it is rarely held.
    pub(crate) heartbeats: Arc<Heartbeats>,
    state: Mutex<State>,
    shards: Shards,
    to_worker: Condvar,
    to_callers: Condvar,
}

/// The result of a flush or shutdown. [`Health`](crate::Health) has the counts of the events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
#[non_exhaustive]
pub enum FlushOutcome {
    /// Nothing is left to send: everything recorded before was delivered, or dropped for a specific
    /// reason such as a rejection. Also the result if the client is off or holds nothing.
    Complete,
    /// Some events could not be sent now. After a flush they are held and sent again later. After a
    /// shutdown they were dropped as [`DropReason::Shutdown`](crate::health::DropReason::Shutdown), or
    /// as [`DropReason::NoThread`](crate::health::DropReason::NoThread) if the worker never had a
    /// thread.
    Incomplete,
    /// Only after a shutdown: some events were not sent, and all of them are stored in files. The
    /// background sender of the program sends them, if it has one, or a later run.
    Stored,
    /// The deadline passed before the outcome was known. After a flush the worker continues;
    /// after a shutdown it finishes the current request and drops the other events.
    DeadlinePassed,
}

impl FlushOutcome {
    /// True for [`Complete`](Self::Complete): nothing is left to send.
    #[must_use]
    pub fn is_complete(self) -> bool {
        self == Self::Complete
    }
}

/// The condition that a caller waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WaitTarget {
    /// The end of the flush with this number.
    Flush(u64),
    /// Nothing of an earlier process can be adopted and sent.
    #[cfg(feature = "spool")]
    Adoption,
    WorkerEnd,
}

impl Queue {
    pub(crate) fn new(config: QueueConfig, clock: Clock) -> Self {
        Self {
            clock,
            config,
            heartbeats: Arc::default(),
            state: Mutex::new(State::new(&config)),
            shards: Shards::default(),
            to_worker: Condvar::new(),
            to_callers: Condvar::new(),
        }
    }

    /// Bytes of memory for events, and the limits of a batch.
    #[cfg(feature = "spool")]
    pub(crate) fn bounds(&self) -> (usize, BatchConfig) {
        (self.config.bytes, self.config.batches)
    }

    // A panic under the lock would be a bug of this folder; the counters are still useful then.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state, in which the events of all shards are counted.
    fn lock_counted(&self) -> MutexGuard<'_, State> {
        let mut state = self.lock();
        state.count_all(&self.shards);
        state
    }
}

/// The time until `deadline`; `None` without a deadline.
fn time_left(deadline: Option<Instant>) -> Option<Duration> {
    deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
}

fn wait<'a>(
    signal: &Condvar,
    state: MutexGuard<'a, State>,
    timeout: Option<Duration>,
) -> MutexGuard<'a, State> {
    match timeout {
        None => signal.wait(state).unwrap_or_else(PoisonError::into_inner),
        Some(timeout) => {
            let woken = signal.wait_timeout(state, timeout);
            woken.unwrap_or_else(PoisonError::into_inner).0
        }
    }
}
