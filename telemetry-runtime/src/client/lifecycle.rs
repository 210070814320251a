//! The life of a client: its worker starts with the first event and ends with the shutdown.
//!
//! The worker waits in a slot until its thread starts. If the operating system refuses the thread,
//! the worker stays in the slot, and later calls try again.

use std::{
    sync::{Arc, PoisonError},
    time::{Duration, Instant},
};

use super::{
    shared::Shared,
    worker::{self, Worker},
};
use crate::{
    delivery::{
        core::key::PartitionKey,
        epoch::Epoch,
        health::{Accepted, RecordError},
        queue::{FlushOutcome, WaitTarget, recorded::Recorded},
    },
    util::{catch_panic::catch_panic, sync::Mutex},
};

pub(super) struct Lifecycle {
    pub(super) shared: Shared,
    /// The worker until its thread starts.
    slot: Mutex<Option<Worker>>,
}

impl Lifecycle {
    pub(super) fn new(shared: Shared, worker: Option<Worker>) -> Arc<Self> {
        let lifecycle = Arc::new(Self {
            shared,
            slot: Mutex::new(worker),
        });
        #[cfg(feature = "testing")]
        {
            let client = Arc::downgrade(&lifecycle);
            lifecycle.shared.queue.clock.attach(client);
        }
        lifecycle
    }

    /// Enqueues an encoded event.
    pub(super) fn submit(
        self: &Arc<Self>,
        epoch: Epoch,
        partition: PartitionKey,
        event: &[u8],
        coerced: u32,
    ) -> Result<Accepted, RecordError> {
        let queue = &self.shared.queue;
        let enqueue = |event: &Recorded<'_>| {
            let (accepted, start) = queue.enqueue(epoch, partition, event);
            (accepted.is_ok(), (accepted, start))
        };
        let (accepted, start) = self.shared.stored(
            epoch,
            partition,
            Recorded::in_memory(event, coerced),
            enqueue,
        );
        if start {
            self.start_worker();
        }
        accepted
    }

    /// Counts an event that was refused before it reached the queue.
    #[cold]
    pub(super) fn refuse(self: &Arc<Self>, reason: RecordError) -> RecordError {
        if self.shared.queue.count_refused(reason) {
            self.start_worker();
        }
        reason
    }

    #[cold]
    pub(super) fn start_worker(self: &Arc<Self>) {
        let Shared { queue, threads, .. } = &self.shared;
        let lifecycle = Arc::clone(self);
        let run = move || worker::run(&lifecycle.shared, lifecycle.take_worker());
        let started = threads.start(worker::THREAD_NAME, worker::STACK_BYTES, run);
        if started.is_err() && queue.thread_refused(threads.retry) {
            self.drop_worker();
        }
    }

    /// Starts the worker if it has work and an earlier attempt to start its thread failed.
    fn retry_worker(self: &Arc<Self>) {
        if self.shared.queue.wants_thread() {
            self.start_worker();
        }
    }

    fn take_worker(&self) -> Option<Worker> {
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        slot.take()
    }

    /// Drops a worker that never gets a thread. Its destructor is foreign code.
    fn drop_worker(&self) {
        let worker = self.take_worker();
        let _ = catch_panic(|| drop(worker));
        #[cfg(feature = "spool")]
        self.shared.close_spool();
    }

    /// Requests a flush. Returns the target to wait for, or the outcome if it is already known.
    pub(super) fn flush(self: &Arc<Self>) -> Result<WaitTarget, FlushOutcome> {
        if worker::on_worker() {
            return Err(FlushOutcome::Incomplete);
        }
        let flush = self.shared.queue.request_flush();
        let target = flush.ok_or(FlushOutcome::Complete)?;
        self.retry_worker();
        Ok(target)
    }

    /// Ends recording. Returns what to wait for, or the outcome if it is already known.
    pub(super) fn shut_down(
        self: &Arc<Self>,
        deadline: Option<Instant>,
    ) -> Result<ShutDown, FlushOutcome> {
        self.retry_worker();
        // A deadline that `Instant` cannot represent is replaced by one day from now.
        let deadline = deadline.unwrap_or_else(|| Instant::now() + Duration::from_secs(24 * 3600));
        let closed = self.shared.queue.close(deadline);
        self.shared.switch.end();
        if closed.ended {
            self.drop_worker();
        }
        if worker::on_worker() {
            return Err(FlushOutcome::Incomplete);
        }
        Ok(match closed.nothing_is_lost && !closed.ended {
            true => ShutDown::Stored,
            false => ShutDown::Worker,
        })
    }
}

/// The condition for the end of a shutdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShutDown {
    /// The worker has ended.
    Worker,
    /// Nothing: all events are stored.
    Stored,
}

#[cfg(feature = "testing")]
impl crate::delivery::virtual_clock::Wake for Lifecycle {
    fn wake(&self) {
        self.shared.queue.wake_worker();
    }
}
