//! The delivery core: decides which batch is sent, and when, and applies the policy to its outcome.
//!
//! A state machine: times and outcomes are inputs, batches are outputs. Events of one schema version
//! form a [`Partition`], a queue of batches. [`Incoming`](incoming::Incoming) forms the batches on the
//! host's threads, and [`takes_at`](Core::takes_at) decides when the worker takes one that is not full.
//! [`next`](Core::next) returns the front batch of the partition that has waited longest, one batch
//! per request. [`on_outcome`](Core::on_outcome) looks up the policy's action and executes it. A
//! *round* is a flush: every batch held at its start is urgent and is sent regardless of the
//! backoff, until a request fails. The round is over when no batch is urgent.
//!
//! **Invariants.** The core must never use a thread, a clock or I/O, mix partitions, or change the
//! bytes of an event. Every ingested event is delivered, dropped for a reason or held.

pub(crate) mod batch;
mod due;
pub(crate) mod incoming;
pub(crate) mod key;
pub(crate) mod partition;
#[cfg(test)]
mod tests;

use std::time::Duration;

use self::{batch::Batch, key::PartitionKey, partition::Partition};
use super::{
    health::{DropReason, Resolved},
    mono_time::MonoTime,
};
use crate::{
    product::policy::{Action, OnAmbiguous, Policy},
    transport::{Outcome, Response},
};

/// Lower bound of the longest wait after a failure, regardless of the settings and the collector: a
/// network that is down must not keep a processor busy.
const MIN_WAIT: Duration = Duration::from_millis(100);

/// A summary of the core for the queue.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CoreReport {
    /// Number of held events.
    pub(crate) held: u64,
    /// Bytes of memory that the held events take.
    pub(crate) memory: usize,
    pub(crate) resolved: Resolved,
    /// True if some batch of the round has not been sent.
    pub(crate) in_round: bool,
    /// True if some event of the last round could not be sent and is still held.
    pub(crate) flush_incomplete: bool,
    /// When [`Core::next`] must be called without further input; `None` if nothing is held.
    pub(crate) due: Option<MonoTime>,
}

pub(crate) struct Core {
    flush_interval: Duration,
    policy: Policy,
    random: fastrand::Rng,
    partitions: Vec<Partition>,
    /// The batch of the current request, and the index of its partition.
    in_flight: Option<(usize, Batch)>,
    /// Consecutive failed requests, for the backoff.
    failures: u32,
    /// End of the backoff; a round ignores it.
    backoff_until: MonoTime,
    /// End of the collector's `Retry-After`; a round respects it.
    closed_until: MonoTime,
    /// True if some event of the round could not be sent.
    flush_incomplete: bool,
    held_events: u64,
    /// Bytes of memory of all batches.
    memory: usize,
    /// A batch that is no longer held. Its memory can be used again.
    spent: Option<Batch>,
    resolved: Resolved,
}

impl Core {
    pub(crate) fn new(flush_interval: Duration, policy: Policy, random: fastrand::Rng) -> Self {
        Self {
            flush_interval,
            policy,
            random,
            partitions: Vec::new(),
            in_flight: None,
            failures: 0,
            backoff_until: MonoTime::START,
            closed_until: MonoTime::START,
            flush_incomplete: false,
            held_events: 0,
            memory: 0,
            spent: None,
            resolved: Resolved::default(),
        }
    }

    pub(crate) fn report(&self) -> CoreReport {
        CoreReport {
            held: self.held_events,
            memory: self.memory,
            resolved: self.resolved,
            in_round: self.in_round(),
            flush_incomplete: self.flush_incomplete,
            due: self.due(),
        }
    }

    pub(crate) fn held_events(&self) -> u64 {
        self.held_events
    }

    #[cfg(test)]
    pub(crate) fn batches(&self) -> impl Iterator<Item = &Batch> {
        let in_flight = self.in_flight.iter().map(|(_, batch)| batch);
        in_flight.chain(
            self.partitions
                .iter()
                .flat_map(|partition| &partition.batches),
        )
    }

    #[cfg(test)]
    pub(crate) fn resolved(&self) -> Resolved {
        self.resolved
    }

    pub(crate) fn request_timeout(&self) -> Duration {
        self.policy.request_timeout
    }

    /// Adds a batch of accepted events, and returns it.
    pub(crate) fn ingest(&mut self, batch: Batch) -> Option<&Batch> {
        self.held_events += batch.len() as u64;
        self.memory += batch.memory();
        let batches = &mut self.partition(batch.key).batches;
        batches.push_back(batch);
        batches.back()
    }

    /// A batch that was delivered or dropped since the last call, whose memory can be used again.
    pub(crate) fn take_spent(&mut self) -> Option<Batch> {
        self.spent.take()
    }

    /// Starts a round: held events are sent now, except where the collector asked to wait.
    pub(crate) fn begin_round(&mut self, now: MonoTime) {
        self.flush_incomplete = false;
        for partition in &mut self.partitions {
            let allowed = self.closed_until.max(partition.paused_until) <= now;
            self.flush_incomplete |= !allowed && !partition.batches.is_empty();
            for batch in &mut partition.batches {
                batch.urgent = allowed;
            }
        }
    }

    #[cfg(test)]
    pub(crate) fn flush_incomplete(&self) -> bool {
        self.flush_incomplete
    }

    /// True until every batch of the round has been sent or a request has failed.
    pub(crate) fn in_round(&self) -> bool {
        let in_flight = self.in_flight.as_ref();
        in_flight.is_some_and(|(_, batch)| batch.urgent)
            || self.partitions.iter().any(Partition::is_urgent)
    }

    /// The batch to send now. [`on_outcome`](Self::on_outcome) or [`panicked`](Self::panicked) must
    /// follow before the next call.
    pub(crate) fn next(&mut self, now: MonoTime) -> Option<&Batch> {
        self.expire(now);
        let ready = self
            .partitions
            .iter()
            .enumerate()
            .filter_map(|(index, partition)| {
                let front = partition.batches.front()?;
                let ready = self.ready(partition, front) <= now;
                ready.then_some((!front.urgent, front.since, index))
            });
        let (_, _, index) = ready.min()?;
        let batch = self.partitions.get_mut(index)?.take()?;
        let (_, batch) = self.in_flight.insert((index, batch));
        Some(batch)
    }

    /// Executes the policy's action for the outcome of the request.
    pub(crate) fn on_outcome(&mut self, now: MonoTime, outcome: &Outcome) {
        let Some((index, batch)) = self.in_flight.take() else {
            return;
        };
        match outcome {
            Outcome::Response(response) => self.answered(now, index, batch, *response),
            Outcome::NotSent(_) => self.retry(now, index, batch, None),
            Outcome::Ambiguous(_) => match self.policy.ambiguous {
                OnAmbiguous::AtLeastOnce => self.retry(now, index, batch, None),
                OnAmbiguous::AtMostOnce => {
                    self.drop_batch(DropReason::Ambiguous, batch);
                    self.back_off(now, None);
                }
            },
        }
    }

    /// Handles a panic of the request: its batch is sent once more, and dropped after a second
    /// panic.
    pub(crate) fn panicked(&mut self, now: MonoTime) {
        let Some((index, mut batch)) = self.in_flight.take() else {
            return;
        };
        batch.panics += 1;
        if batch.panics > 1 {
            self.drop_batch(DropReason::Quarantined, batch);
            self.back_off(now, None);
        } else {
            self.retry(now, index, batch, None);
        }
    }

    /// Drops all held events.
    pub(crate) fn drop_all(&mut self, reason: DropReason) {
        self.resolved.drop_events(reason, self.held_events);
        self.reset(self.resolved);
    }

    /// Forgets all held events, which were counted elsewhere, and sets the counts.
    pub(crate) fn reset(&mut self, resolved: Resolved) {
        self.in_flight = None;
        self.partitions.clear();
        self.held_events = 0;
        self.memory = 0;
        self.resolved = resolved;
    }

    fn answered(&mut self, now: MonoTime, index: usize, batch: Batch, response: Response) {
        let action = self.policy.action(response.status());
        if action != Action::Retry {
            self.failures = 0;
            self.backoff_until = now;
        }
        match action {
            Action::Deliver => self.deliver(index, batch, response.rejected()),
            Action::Retry => self.retry(now, index, batch, response.retry_after()),
            Action::Split => self.split(index, batch),
            Action::Bisect => self.bisect(index, batch),
            Action::Pause => self.pause(now, index, batch, response.retry_after()),
            Action::Drop => self.drop_batch(DropReason::Rejected, batch),
        }
    }

    /// The collector accepted the batch, except `rejected` of its events.
    fn deliver(&mut self, index: usize, batch: Batch, rejected: u64) {
        let events = batch.len() as u64;
        let rejected = rejected.min(events);
        self.resolved.delivered += events - rejected;
        self.resolved.drop_events(DropReason::Rejected, rejected);
        self.forget(batch);
        if let Some(partition) = self.partitions.get_mut(index) {
            partition.reset_split_budget();
        }
    }

    fn retry(&mut self, now: MonoTime, index: usize, mut batch: Batch, after: Option<Duration>) {
        self.back_off(now, after);
        let most = self.policy.max_retries;
        if most.is_some_and(|most| batch.retries >= most) {
            return self.drop_batch(DropReason::Exhausted, batch);
        }
        batch.retries += 1;
        self.flush_incomplete |= std::mem::take(&mut batch.urgent);
        if let Some(partition) = self.partitions.get_mut(index) {
            partition.batches.push_front(batch);
        }
    }

    /// A failure comes from the collector or the network, so every partition waits.
    fn back_off(&mut self, now: MonoTime, after: Option<Duration>) {
        self.failures = self.failures.saturating_add(1);
        let longest = self.policy.backoff_after(self.failures).max(MIN_WAIT);
        self.backoff_until = now.saturating_add(longest.mul_f64(self.random.f64()));
        if let Some(after) = after {
            self.closed_until = now.saturating_add(after.min(self.policy.retry_after_cap));
        }
        for partition in &mut self.partitions {
            self.flush_incomplete |= partition.clear_urgent();
        }
    }

    fn split(&mut self, index: usize, batch: Batch) {
        let memory = batch.memory();
        match batch.halves_by_bytes() {
            Ok(halves) => self.put_back_halves(index, memory, halves),
            Err(single) => self.drop_batch(DropReason::TooLarge, single),
        }
    }

    /// Splits a rejected batch to isolate the events that cause the rejection. [`Policy`] documents
    /// the number of requests.
    fn bisect(&mut self, index: usize, mut batch: Batch) {
        let partition = self.partitions.get_mut(index);
        if !partition.is_some_and(|partition| partition.may_split(&batch)) {
            return self.drop_batch(DropReason::Rejected, batch);
        }
        batch.from_rejected = true;
        let memory = batch.memory();
        match batch.halves_by_count() {
            Ok(halves) => self.put_back_halves(index, memory, halves),
            Err(single) => self.drop_batch(DropReason::Rejected, single),
        }
    }

    fn pause(&mut self, now: MonoTime, index: usize, batch: Batch, after: Option<Duration>) {
        let after = after.map(|after| after.min(self.policy.retry_after_cap));
        let after = after.filter(|after| !after.is_zero());
        let pause = after.unwrap_or(self.policy.pause).max(MIN_WAIT);
        let Some(partition) = self.partitions.get_mut(index) else {
            return;
        };
        partition.batches.push_front(batch);
        partition.paused_until = now.saturating_add(pause);
        self.flush_incomplete |= partition.clear_urgent();
    }

    /// Puts back the halves of a batch that took `memory` bytes.
    fn put_back_halves(&mut self, index: usize, memory: usize, halves: [Batch; 2]) {
        self.memory -= memory;
        self.memory += halves.iter().map(Batch::memory).sum::<usize>();
        if let Some(partition) = self.partitions.get_mut(index) {
            partition.put_back_halves(halves);
        }
    }

    fn expire(&mut self, now: MonoTime) {
        let oldest = now.saturating_sub(self.policy.max_age);
        for index in 0..self.partitions.len() {
            let take = |partition: &mut Partition| partition.pop_expired(oldest);
            while let Some(batch) = self.partitions.get_mut(index).and_then(take) {
                self.drop_batch(DropReason::Expired, batch);
            }
        }
    }

    fn drop_batch(&mut self, reason: DropReason, batch: Batch) {
        self.resolved.drop_events(reason, batch.len() as u64);
        self.forget(batch);
    }

    /// The batch was counted as delivered or dropped.
    fn forget(&mut self, batch: Batch) {
        self.held_events -= batch.len() as u64;
        self.memory -= batch.memory();
        self.spent = Some(batch);
    }

    fn partition(&mut self, key: PartitionKey) -> &mut Partition {
        let found = self
            .partitions
            .iter()
            .position(|partition| partition.key == key);
        let index = found.unwrap_or_else(|| {
            self.partitions.push(Partition::new(key));
            self.partitions.len() - 1
        });
        #[expect(
            clippy::indexing_slicing,
            reason = "the index was found or pushed above"
        )]
        &mut self.partitions[index]
    }
}
