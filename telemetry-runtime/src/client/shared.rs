//! What a client's handles and its worker share, and how each of them comes to the other.

use std::{
    fmt,
    sync::{Arc, PoisonError},
    time::{Duration, Instant},
};

use super::{
    builder::ClientBuilder,
    flush_future::{Pending, Wait},
    switch::Switch,
    worker::{self, Worker, WorkerParts},
};
use crate::{
    delivery::{
        epoch::Epoch,
        health::RecordError,
        queue::{FlushOutcome, Queue, WaitTarget},
    },
    util::{catch_panic::catch_panic, spawn::Threads, sync::Mutex},
    wire::envelope::EventKeyOrder,
};

/// What a client's handles and its worker share.
pub(crate) struct Shared {
    pub(super) switch: Switch,
    pub(super) order: EventKeyOrder,
    pub(super) max_event_bytes: usize,
    pub(super) exit_budget: Duration,
    pub(super) queue: Queue,
    pub(super) threads: Threads,
    #[cfg(feature = "audit")]
    pub(super) audit: Option<Arc<crate::audit::AuditLog>>,
    /// Here until its thread starts.
    worker: Mutex<Option<Worker>>,
}

impl Shared {
    pub(super) fn new(
        builder: &mut ClientBuilder,
        switch: Switch,
        parts: Option<WorkerParts>,
    ) -> Self {
        let limits = builder.limits;
        let reports = parts.as_ref().is_some_and(|parts| parts.reporter.is_some());
        let config = limits.queue_config(reports);
        Self {
            switch,
            order: builder.product().event_key_order,
            max_event_bytes: limits.max_event_bytes,
            exit_budget: limits.exit_budget,
            queue: Queue::new(config, builder.client_clock()),
            threads: std::mem::take(&mut builder.threads),
            #[cfg(feature = "audit")]
            audit: parts.as_ref().and_then(|parts| parts.audit.clone()),
            worker: Mutex::new(parts.map(Worker::new)),
        }
    }

    pub(super) fn accept(
        self: &Arc<Self>,
        epoch: Epoch,
        schema: &'static str,
        event: &[u8],
        coerced: u32,
    ) -> Result<(), RecordError> {
        let (accepted, start) = self.queue.accept(epoch, schema, event, coerced);
        if start {
            self.start_worker();
        }
        accepted
    }

    /// Counts an event that does not even come to the queue.
    #[cold]
    pub(super) fn refuse(self: &Arc<Self>, reason: RecordError) -> RecordError {
        if self.queue.refuse(reason) {
            self.start_worker();
        }
        reason
    }

    #[cold]
    pub(super) fn start_worker(self: &Arc<Self>) {
        if worker::start(self).is_err() && self.queue.thread_refused(self.threads.retry) {
            self.dismiss_worker();
        }
    }

    /// It will never have a thread. Its destructor is foreign code.
    fn dismiss_worker(&self) {
        let worker = self.take_worker();
        let _ = catch_panic(|| drop(worker));
    }

    fn retry_worker(self: &Arc<Self>) {
        if self.queue.wants_thread() {
            self.start_worker();
        }
    }

    /// A test's clock has moved.
    #[cfg(feature = "testing")]
    pub(crate) fn wake(&self) {
        self.queue.wake();
    }

    pub(super) fn take_worker(&self) -> Option<Worker> {
        let mut slot = self.worker.lock().unwrap_or_else(PoisonError::into_inner);
        slot.take()
    }

    /// Asks for a round: what to wait for, or what can be said at once.
    pub(super) fn begin_round(self: &Arc<Self>) -> Result<WaitTarget, FlushOutcome> {
        if worker::on_worker() {
            return Err(FlushOutcome::Incomplete);
        }
        let target = self.queue.request_flush().ok_or(FlushOutcome::Complete)?;
        self.retry_worker();
        Ok(target)
    }

    /// Ends recording: what to wait for, or what can be said at once.
    pub(super) fn close(
        self: &Arc<Self>,
        deadline: Option<Instant>,
    ) -> Result<WaitTarget, FlushOutcome> {
        self.retry_worker();
        // A deadline beyond what the clock can say is as good as a day.
        let until = deadline.unwrap_or_else(|| Instant::now() + Duration::from_secs(24 * 3600));
        let ended = self.queue.close(until);
        self.switch.end();
        if ended {
            self.dismiss_worker();
        }
        if worker::on_worker() {
            return Err(FlushOutcome::Incomplete);
        }
        Ok(WaitTarget::End)
    }

    pub(super) fn wait_async(
        self: &Arc<Self>,
        target: WaitTarget,
        deadline: Option<Instant>,
    ) -> Wait {
        Wait::For(Pending {
            shared: Arc::clone(self),
            target,
            deadline,
            key: 0,
        })
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("decision", &self.switch.decision())
            .finish_non_exhaustive()
    }
}
