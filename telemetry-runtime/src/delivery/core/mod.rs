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

mod actions;
mod adopted;
pub(crate) mod batch;
mod due;
pub(crate) mod incoming;
pub(crate) mod key;
#[cfg(any(test, feature = "spool"))]
pub(crate) mod loaded;
mod notes;
pub(crate) mod partition;
pub(crate) mod place;
#[cfg(test)]
mod tests;

use std::time::Duration;

use self::{
    batch::Batch,
    key::PartitionKey,
    partition::Partition,
    place::{Fate, Note},
};
use super::{
    health::{DropReason, Resolved},
    mono_time::MonoTime,
};
use crate::{
    product::policy::{OnAmbiguous, Policy},
    transport::Outcome,
};

/// A summary of the core for the queue.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CoreReport {
    /// Number of held events.
    pub(crate) held: u64,
    /// How many of them are also stored in files.
    pub(crate) held_stored: u64,
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
    /// How many of them are also stored in files.
    held_stored: u64,
    /// When the next request with adopted events may begin, and the pause after one.
    adopted_after: MonoTime,
    pace: Duration,
    /// Bytes of memory of all batches.
    memory: usize,
    /// A batch that is no longer held. Its memory can be used again.
    spent: Option<Batch>,
    /// Notes since the last call of `take_notes`.
    notes: Vec<Note>,
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
            held_stored: 0,
            adopted_after: MonoTime::START,
            pace: adopted::PACE,
            memory: 0,
            spent: None,
            notes: Vec::new(),
            resolved: Resolved::default(),
        }
    }

    pub(crate) fn report(&self) -> CoreReport {
        CoreReport {
            held: self.held_events,
            held_stored: self.held_stored,
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

    /// How many of the held events are also stored in files.
    pub(crate) fn held_stored(&self) -> u64 {
        self.held_stored
    }

    /// True if nothing is lost if the process ends now.
    pub(crate) fn holds_only_stored(&self) -> bool {
        self.held_events == self.held_stored
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

    #[cfg(feature = "spool")]
    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    #[cfg(feature = "spool")]
    pub(crate) fn memory(&self) -> usize {
        self.memory
    }

    pub(crate) fn request_timeout(&self) -> Duration {
        self.policy.request_timeout
    }

    /// Adds a batch of accepted events, and returns it.
    pub(crate) fn ingest(&mut self, batch: Batch) -> Option<&Batch> {
        self.held_events += batch.len() as u64;
        self.held_stored += batch.stored_len();
        self.memory += batch.memory();
        let batches = &mut self.partition(batch.key).batches;
        batches.push_back(batch);
        batches.back()
    }

    /// A batch that was delivered or dropped since the last call, whose memory can be used again.
    pub(crate) fn take_spent(&mut self) -> Option<Batch> {
        self.spent.take()
    }

    /// Starts a round: held events are sent now, except where the collector asked to wait. Adopted events are
    /// not part of it.
    pub(crate) fn begin_round(&mut self, now: MonoTime) {
        self.flush_incomplete = false;
        let own = self.partitions.iter_mut();
        for partition in own.filter(|partition| !partition.key.is_adopted()) {
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
        if self.partitions.iter().any(Partition::is_over) {
            self.partitions.retain(|partition| !partition.is_over());
        }
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
        if batch.key.is_adopted() {
            self.adopted_after = now.saturating_add(self.pace);
        }
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
            Outcome::NotSent(_) => self.retry(now, index, batch, None, Fate::NotSent),
            Outcome::Ambiguous(_) => match self.policy.ambiguous {
                OnAmbiguous::AtLeastOnce => {
                    self.retry(now, index, batch, None, Fate::Unanswered);
                }
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
            self.retry(now, index, batch, None, Fate::Unanswered);
        }
    }

    /// Ends the core. Held events are dropped, except those that are stored: they stay there, without a note.
    pub(crate) fn drop_all(&mut self, reason: DropReason) {
        let lost = self.held_events - self.held_stored;
        self.resolved.drop_events(reason, lost);
        self.resolved.stored += self.held_stored;
        let notes = self.take_notes();
        self.reset(self.resolved);
        self.notes = notes;
    }

    /// Forgets all held events, which were counted elsewhere, and the notes, and sets the counts.
    pub(crate) fn reset(&mut self, resolved: Resolved) {
        self.notes.clear();
        self.in_flight = None;
        self.partitions.clear();
        self.held_events = 0;
        self.held_stored = 0;
        self.memory = 0;
        self.resolved = resolved;
    }

    fn drop_batch(&mut self, reason: DropReason, batch: Batch) {
        self.resolved.drop_events(reason, batch.len() as u64);
        self.note(&batch, Fate::Dropped(reason));
        self.forget(batch);
    }

    /// The batch was counted as delivered or dropped.
    fn forget(&mut self, batch: Batch) {
        self.held_events -= batch.len() as u64;
        self.held_stored -= batch.stored_len();
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
