//! What a client's handles and its worker share, and how each of them comes to the other.

use std::{
    fmt,
    sync::{Arc, PoisonError},
    time::{Duration, Instant},
};

use super::{
    builder::ClientBuilder,
    flush_future::{Pending, Wait},
    switch::Standing,
    worker::{self, Seed, Worker},
};
use crate::{
    delivery::{
        epoch::Epoch,
        health::NotRecorded,
        queue::{Flushed, Goal, Queue},
    },
    util::{catch_panic::guarded, spawn::Threads, sync::Mutex},
    wire::envelope::EventKeyOrder,
};

/// What a client's handles and its worker share.
pub(crate) struct Shared {
    pub(super) standing: Standing,
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
    pub(super) fn new(builder: &mut ClientBuilder, standing: Standing, seed: Option<Seed>) -> Self {
        let numbers = builder.numbers;
        let reports = seed.as_ref().is_some_and(|seed| seed.reporter.is_some());
        let bounds = numbers.bounds(reports);
        Self {
            standing,
            order: builder.product().event_key_order,
            max_event_bytes: numbers.max_event_bytes,
            exit_budget: numbers.exit_budget,
            queue: Queue::new(bounds, builder.time()),
            threads: std::mem::take(&mut builder.threads),
            #[cfg(feature = "audit")]
            audit: seed.as_ref().and_then(|seed| seed.audit.clone()),
            worker: Mutex::new(seed.map(Worker::new)),
        }
    }

    pub(super) fn accept(
        self: &Arc<Self>,
        epoch: Epoch,
        schema: &'static str,
        event: &[u8],
        coerced: u32,
    ) -> Result<(), NotRecorded> {
        let (accepted, start) = self.queue.accept(epoch, schema, event, coerced);
        if start {
            self.start_worker();
        }
        accepted
    }

    /// Counts an event that does not even come to the queue.
    #[cold]
    pub(super) fn refuse(self: &Arc<Self>, reason: NotRecorded) -> NotRecorded {
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
        let _ = guarded(|| drop(worker));
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
    pub(super) fn begin_round(self: &Arc<Self>) -> Result<Goal, Flushed> {
        if worker::on_worker() {
            return Err(Flushed::Incomplete);
        }
        let goal = self.queue.ask().ok_or(Flushed::Complete)?;
        self.retry_worker();
        Ok(goal)
    }

    /// Ends recording: what to wait for, or what can be said at once.
    pub(super) fn close(self: &Arc<Self>, deadline: Option<Instant>) -> Result<Goal, Flushed> {
        self.retry_worker();
        // A deadline beyond what the clock can say is as good as a day.
        let until = deadline.unwrap_or_else(|| Instant::now() + Duration::from_secs(24 * 3600));
        let ended = self.queue.close(until);
        self.standing.end();
        if ended {
            self.dismiss_worker();
        }
        if worker::on_worker() {
            return Err(Flushed::Incomplete);
        }
        Ok(Goal::End)
    }

    pub(super) fn wait_async(self: &Arc<Self>, goal: Goal, deadline: Option<Instant>) -> Wait {
        Wait::For(Pending {
            shared: Arc::clone(self),
            goal,
            deadline,
            key: 0,
        })
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("decision", &self.standing.decision())
            .finish_non_exhaustive()
    }
}
