//! The worker's side of the queue: waiting for work, taking batches, reporting results.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use super::{
    Queue, QueueConfig,
    state::{Left, State},
    time_left, wait,
};
use crate::{
    delivery::{
        core::{CoreReport, batch::Batch},
        epoch::Epoch,
        health::{Counters, DropReason, Resolved},
        mono_time::MonoTime,
        timer::Timer,
    },
    transport::Outcome,
    util::platform::fork::generation,
};

/// How often the worker looks for full batches while events arrive, so that a busy host does not pay for
/// waking it. A batch may wait that long.
const POLL: Duration = Duration::from_millis(20);

/// The conditions, besides the queue's own, that wake the worker.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WaitFor {
    /// The worker's epoch; the worker returns when the queue's differs.
    pub(crate) epoch: Epoch,
    /// The worker returns at this time.
    pub(crate) due: Option<MonoTime>,
    /// The worker returns at this time if any event is held.
    pub(crate) due_if_held: Option<MonoTime>,
    /// The current flush has not finished, so the next one must not start.
    pub(crate) in_round: bool,
    /// The worker knows of the shutdown and waits for `due` before its deadline.
    pub(crate) waits_in_shutdown: bool,
    /// The worker knows of the shutdown.
    pub(crate) in_shutdown: bool,
    /// The worker has summaries, whose counts it records before a flush or the shutdown.
    pub(crate) has_summaries: bool,
    /// No event has arrived since the worker was last without work for a flush interval.
    pub(crate) idle: bool,
    /// The worker can read events from the disk.
    #[cfg_attr(not(feature = "spool"), allow(dead_code))]
    pub(crate) reads_back: bool,
}

impl WaitFor {
    /// The conditions that follow from the core.
    pub(crate) fn new(epoch: Epoch, report: &CoreReport) -> Self {
        Self {
            epoch,
            due: report.due,
            due_if_held: None,
            in_round: report.in_round,
            waits_in_shutdown: false,
            in_shutdown: false,
            has_summaries: false,
            idle: false,
            reads_back: false,
        }
    }
}

/// The worker's next tasks.
#[derive(Debug)]
pub(crate) struct Work {
    /// A flush starts.
    pub(crate) begin_round: bool,
    /// Deadline of the shutdown.
    pub(crate) shutdown: Option<Instant>,
    /// Timers to run from now on.
    pub(crate) timers: Vec<Timer>,
    /// No event has arrived for a flush interval: the worker frees its memory.
    pub(crate) idle: bool,
    /// Events to read from the disk.
    #[cfg(feature = "spool")]
    pub(crate) on_disk: Option<super::on_disk::OnDiskPart>,
    /// The worker's epoch has ended; there is no other task then.
    pub(crate) epoch_change: Option<EpochChange>,
}

/// The new epoch: no event is held, and these are the counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EpochChange {
    pub(crate) epoch: Epoch,
    pub(crate) resolved: Resolved,
}

impl Queue {
    /// Blocks the worker until there is work. Moves the full batches to `taken`, and the open ones at the
    /// time that `takes_at` returns for them.
    ///
    /// Waking the worker costs its caller a system call. So while events arrive, the worker polls. After
    /// that it wakes up once, after a flush interval, even if nothing is held: a batch that begins
    /// before then needs no wake-up.
    pub(crate) fn next_work(
        &self,
        clock: impl Fn() -> MonoTime,
        wait_for: WaitFor,
        takes_at: impl Fn(&Batch) -> MonoTime,
        taken: &mut VecDeque<Batch>,
    ) -> Work {
        let mut rest = None;
        let mut state = self.lock();
        loop {
            let now = clock();
            let mut work = Work {
                begin_round: false,
                shutdown: state.shutdown,
                timers: Vec::new(),
                idle: false,
                #[cfg(feature = "spool")]
                on_disk: None,
                epoch_change: state.epoch_change(wait_for.epoch),
            };
            if work.epoch_change.is_some() {
                return work;
            }
            work.begin_round = !wait_for.in_round && state.flush_requested > state.flush_started;
            let all = work.begin_round || (state.shutdown.is_some() && !wait_for.waits_in_shutdown);
            let passed = |at: Option<MonoTime>| at.is_some_and(|at| at <= now);
            let due_if_held = wait_for.due_if_held.filter(|_| state.held() > 0);
            let open_due = state.incoming.due(&takes_at);
            let due = [wait_for.due, due_if_held, open_due];
            let due = due.into_iter().flatten().min();
            let left = time_left(state.shutdown);
            let has_task = state.loss_pending
                || !state.timers.is_empty()
                || !taken.is_empty()
                || state.incoming.has_closed();
            #[cfg(feature = "spool")]
            let has_task = has_task || (wait_for.reads_back && state.may_read_back(&self.config));
            if all || has_task || left == Some(Duration::ZERO) || passed(due) {
                // The counts of summaries join the open batches, which the worker takes after that.
                let counts_follow = !wait_for.in_shutdown
                    && (wait_for.has_summaries || state.timers.iter().any(Timer::is_summary));
                let all = all && !counts_follow;
                state.take(&self.config, |open| all || takes_at(open) <= now, taken);
                if work.begin_round {
                    state.flush_started = state.flush_requested;
                }
                #[cfg(feature = "spool")]
                if wait_for.reads_back && state.may_read_back(&self.config) {
                    work.on_disk = state.take_from_disk();
                }
                state.loss_pending = false;
                work.timers = std::mem::take(&mut state.timers);
                return work;
            }
            let interval_over = now.saturating_add(self.config.flush_interval);
            let first = [Some(interval_over), wait_for.due_if_held];
            let rest = rest.get_or_insert_with(|| first.into_iter().flatten().min());
            if !wait_for.idle && passed(*rest) && state.incoming.is_empty() {
                state.incoming.free_spare();
                work.idle = true;
                return work;
            }
            let rest = rest.filter(|rest| !wait_for.idle && *rest > now);
            // Events arrive: batches will be full soon.
            let busy = state.accepted_before != state.enqueued.accepted;
            state.worker_polls = busy && self.clock.ticks();
            state.accepted_before = state.enqueued.accepted;
            let poll = state.worker_polls.then(|| now.saturating_add(POLL));
            let wake = [due, rest, poll].into_iter().flatten().min();
            state.worker_sleeps = true;
            state.worker_wakes_at = wake;
            let until = [self.clock.until(wake), left].into_iter().flatten().min();
            state = wait(&self.to_worker, state, until);
            state.worker_sleeps = false;
        }
    }

    /// Takes the events that the worker itself has recorded for the round that begins.
    pub(crate) fn take_all(&self, taken: &mut VecDeque<Batch>) {
        self.lock().take(&self.config, |_| true, taken);
    }

    /// Stores the worker's results and returns all counters; `None` if its epoch has ended. Keeps the
    /// memory of the batch `spent` for events to come.
    pub(crate) fn publish(
        &self,
        epoch: Epoch,
        report: &CoreReport,
        taken: &VecDeque<Batch>,
        spent: Option<Batch>,
        outcome: Option<Outcome>,
    ) -> Option<Counters> {
        let mut state = self.lock();
        if state.epoch != epoch {
            return None;
        }
        let events = taken.iter().map(Batch::len).sum::<usize>();
        state.worker_events = report.held + events as u64;
        state.worker_stored = report.held_stored + taken.iter().map(Batch::stored_len).sum::<u64>();
        state.worker_memory = report.memory + taken.iter().map(Batch::memory).sum::<usize>();
        if let Some(spent) = spent {
            state.recycle(&self.config, spent);
        }
        state.resolved = report.resolved;
        match outcome {
            Some(Outcome::Response(response)) => state.last_status = Some(response.status()),
            Some(Outcome::NotSent(failure) | Outcome::Ambiguous(failure)) => {
                state.last_failure = Some(failure);
            }
            None => {}
        }
        if !report.in_round && state.flush_finished < state.flush_started {
            state.flush_finished = state.flush_started;
            state.flush_incomplete = report.flush_incomplete || state.on_disk() > 0;
            self.to_callers.notify_all();
        }
        Some(state.counters())
    }

    /// Counts a panic of foreign code on the worker.
    pub(crate) fn count_panic(&self) {
        self.lock().panics += 1;
    }

    /// Runs a hook. If it is slow, [`Health`](crate::Health) counts it while it still runs.
    pub(crate) fn time_hook<R>(&self, hook: impl FnOnce() -> R) -> R {
        self.lock().hook_since = Some(Instant::now());
        let process = generation();
        let result = hook();
        if process != generation() {
            // The hook forked, and this is the child, where the lock may be held forever.
            return result;
        }
        let mut state = self.lock();
        state.slow_hooks = state.slow_hooks();
        state.hook_since = None;
        result
    }

    /// Pauses the worker after a panic; a flush or a shutdown ends the pause.
    pub(crate) fn pause_after_panic(&self, pause: Duration) {
        let mut state = self.lock();
        let until = self.clock.now().saturating_add(pause);
        let over =
            |state: &State| state.flush_requested > state.flush_started || state.shutdown.is_some();
        while !over(&state) && self.clock.now() < until {
            state = wait(&self.to_worker, state, self.clock.until(Some(until)));
        }
    }

    /// The worker has ended; the events that it still held are dropped and counted.
    pub(crate) fn finish(&self, left: Left) {
        self.end(self.lock(), DropReason::Shutdown, left);
    }
}

impl State {
    /// The change for a worker of another epoch; `None` if the worker's epoch is the current one.
    fn epoch_change(&self, epoch: Epoch) -> Option<EpochChange> {
        (self.epoch != epoch).then_some(EpochChange {
            epoch: self.epoch,
            resolved: self.resolved,
        })
    }

    /// Moves the full batches to the worker, and the open ones for which `also` is true.
    fn take(
        &mut self,
        config: &QueueConfig,
        also: impl Fn(&Batch) -> bool,
        taken: &mut VecDeque<Batch>,
    ) {
        let sum = self.incoming.take(self.limit(config), also, taken);
        self.worker_events += sum.events as u64;
        self.worker_stored += sum.stored;
        self.worker_memory += sum.memory;
        self.loss_wakeup_sent &= sum.events == 0;
    }

    /// Keeps at most half of the queue's memory for events to come.
    fn recycle(&mut self, config: &QueueConfig, spent: Batch) {
        let free = self.limit(config).saturating_sub(self.incoming.memory());
        if spent.memory() <= free {
            self.incoming.recycle(spent, config.bytes / 2);
        }
    }
}
