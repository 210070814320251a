//! The delivery core: which batch is sent when, and what becomes of it afterwards.
//!
//! A state machine without threads, clock or I/O: time comes in as a number, requests go out as
//! batches, outcomes come back in. It never mixes envelope contexts, never changes an event's bytes
//! and never loses count: every event that came in is delivered, dropped for a reason or held.
//!
//! Events of one envelope context form a *lane*: a line of batches, of which only the last is open.
//! [`next`](Core::next) hands out the front batch of the lane that waits longest, one batch per
//! request; [`answer`](Core::answer) looks up the policy's action and carries it out. A *round* is a
//! flush: every batch held at its start is urgent and sent whatever the backoff says, until a
//! request fails; the round is over when nothing is urgent.

pub(crate) mod batch;
pub(crate) mod partition;
#[cfg(test)]
mod tests;

use std::time::Duration;

use self::{
    batch::Batch,
    partition::{BatchConfig, Partition, PartitionKey},
};
use super::{
    clock::MonoTime,
    health::{DropReason, Resolved},
};
use crate::{
    product::policy::{Action, OnAmbiguous, Policy},
    transport::{Outcome, Response},
};

/// What failed waits so long, or a random part of it, whatever the settings and the collector say: a
/// network that is down must not keep a processor busy.
const MIN_WAIT: Duration = Duration::from_millis(100);

pub(crate) struct Core {
    limits: BatchConfig,
    policy: Policy,
    random: fastrand::Rng,
    partitions: Vec<Partition>,
    /// The batch of the request under way, and the index of its lane.
    in_flight: Option<(usize, Batch)>,
    /// Requests that failed in a row, for the backoff.
    failures: u32,
    /// Our own patience; a round overrides it.
    backoff_until: MonoTime,
    /// The collector's `Retry-After`; nothing overrides it.
    closed_until: MonoTime,
    /// Something of the round could not be sent.
    flush_incomplete: bool,
    held_events: u64,
    resolved: Resolved,
}

impl Core {
    pub(crate) fn new(limits: BatchConfig, policy: Policy, random: fastrand::Rng) -> Self {
        Self {
            limits,
            policy,
            random,
            partitions: Vec::new(),
            in_flight: None,
            failures: 0,
            backoff_until: MonoTime::ZERO,
            closed_until: MonoTime::ZERO,
            flush_incomplete: false,
            held_events: 0,
            resolved: Resolved::default(),
        }
    }

    pub(crate) fn held_events(&self) -> u64 {
        self.held_events
    }

    #[cfg(test)]
    pub(crate) fn held_bytes(&self) -> usize {
        self.batches().map(Batch::byte_len).sum()
    }

    /// Bytes of memory that the held events take.
    pub(crate) fn memory(&self) -> usize {
        self.batches().map(Batch::memory).sum()
    }

    fn batches(&self) -> impl Iterator<Item = &Batch> {
        let in_flight = self.in_flight.iter().map(|(_, batch)| batch);
        in_flight.chain(
            self.partitions
                .iter()
                .flat_map(|partition| &partition.batches),
        )
    }

    pub(crate) fn resolved(&self) -> Resolved {
        self.resolved
    }

    pub(crate) fn request_timeout(&self) -> Duration {
        self.policy.request_timeout
    }

    /// Takes in an event that was accepted at `since`, at the latest.
    pub(crate) fn ingest(&mut self, since: MonoTime, context: PartitionKey, event: &[u8]) {
        self.held_events += 1;
        let limits = self.limits;
        if !self.partition(context).push(since, event, &limits) {
            self.resolved.drop_events(DropReason::Memory, 1);
            self.held_events -= 1;
        }
    }

    /// Starts a round: what is held is sent now, as far as the collector allows.
    pub(crate) fn begin_round(&mut self, now: MonoTime) {
        self.flush_incomplete = false;
        for partition in &mut self.partitions {
            let allowed = self.closed_until.max(partition.paused_until) <= now;
            self.flush_incomplete |= !allowed && !partition.batches.is_empty();
            for batch in &mut partition.batches {
                batch.close();
                batch.urgent = allowed;
            }
        }
    }

    /// True when something of the last round could not be sent and is still held.
    pub(crate) fn flush_incomplete(&self) -> bool {
        self.flush_incomplete
    }

    /// True until every batch of the round was tried.
    pub(crate) fn in_round(&self) -> bool {
        self.batches().any(|batch| batch.urgent)
    }

    /// When there is something to do without any input; `None` when nothing is held.
    pub(crate) fn due(&self) -> Option<MonoTime> {
        let partitions = self.partitions.iter();
        partitions
            .filter_map(|partition| self.partition_due(partition))
            .min()
    }

    /// What to send now. Its [`answer`](Self::answer) must come before the next one is asked for.
    pub(crate) fn next(&mut self, now: MonoTime) -> Option<(PartitionKey, &Batch)> {
        self.expire(now);
        let ready = self
            .partitions
            .iter()
            .enumerate()
            .filter_map(|(index, partition)| {
                let front = partition.batches.front()?;
                let urgent = partition.batches.iter().any(|batch| batch.urgent);
                (self.ready(partition, front) <= now).then_some((!urgent, front.since, index))
            });
        let (_, _, index) = ready.min()?;
        let partition = self.partitions.get_mut(index)?;
        let batch = partition.take()?;
        let context = partition.context;
        let (_, batch) = self.in_flight.insert((index, batch));
        Some((context, batch))
    }

    /// Carries out what the policy says about the outcome of the request.
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
                    self.drop_batch(DropReason::Ambiguous, &batch);
                    self.back_off(now, None);
                }
            },
        }
    }

    /// The last step panicked: its batch is tried once more, then set aside for good.
    pub(crate) fn panicked(&mut self, now: MonoTime) {
        let Some((index, mut batch)) = self.in_flight.take() else {
            return;
        };
        batch.panics += 1;
        if batch.panics > 1 {
            self.drop_batch(DropReason::Quarantined, &batch);
            self.back_off(now, None);
        } else {
            self.retry(now, index, batch, None);
        }
    }

    /// Drops everything that is held.
    pub(crate) fn drop_all(&mut self, reason: DropReason) {
        self.resolved.drop_events(reason, self.held_events);
        self.reset(self.resolved);
    }

    /// Forgets everything that is held: it was counted elsewhere, and these are the counts.
    pub(crate) fn reset(&mut self, resolved: Resolved) {
        self.in_flight = None;
        self.partitions.clear();
        self.held_events = 0;
        self.resolved = resolved;
    }

    fn answered(&mut self, now: MonoTime, index: usize, batch: Batch, response: Response) {
        let action = self.policy.action(response.status());
        if action != Action::Retry {
            self.failures = 0;
            self.backoff_until = now;
        }
        match action {
            Action::Deliver => self.deliver(index, &batch),
            Action::Retry => self.retry(now, index, batch, response.retry_after()),
            Action::Split => self.split(index, batch),
            Action::Bisect => self.bisect(index, batch),
            Action::Pause => self.pause(now, index, batch, response.retry_after()),
            Action::Drop => self.drop_batch(DropReason::Rejected, &batch),
        }
    }

    fn deliver(&mut self, index: usize, batch: &Batch) {
        self.resolved.delivered += batch.len() as u64;
        self.held_events -= batch.len() as u64;
        if let Some(partition) = self.partitions.get_mut(index) {
            partition.reset_split_budget();
        }
    }

    fn retry(&mut self, now: MonoTime, index: usize, mut batch: Batch, after: Option<Duration>) {
        self.back_off(now, after);
        let most = self.policy.max_retries;
        if most.is_some_and(|most| batch.retries >= most) {
            return self.drop_batch(DropReason::Exhausted, &batch);
        }
        batch.retries += 1;
        self.flush_incomplete |= std::mem::take(&mut batch.urgent);
        if let Some(partition) = self.partitions.get_mut(index) {
            partition.batches.push_front(batch);
        }
    }

    /// A failure is the collector's or the network's, so every lane waits.
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
        match batch.halves_by_bytes() {
            Ok(halves) => self.put_back_halves(index, halves),
            Err(lone) => self.drop_batch(DropReason::TooLarge, &lone),
        }
    }

    /// Cuts a rejected batch to find the events that are to blame: see [`Policy`] for the number of
    /// requests.
    fn bisect(&mut self, index: usize, mut batch: Batch) {
        let partition = self.partitions.get_mut(index);
        if !partition.is_some_and(|partition| partition.may_split(&batch)) {
            return self.drop_batch(DropReason::Rejected, &batch);
        }
        batch.from_rejected = true;
        match batch.halves_by_count() {
            Ok(halves) => self.put_back_halves(index, halves),
            Err(lone) => self.drop_batch(DropReason::Rejected, &lone),
        }
    }

    fn pause(&mut self, now: MonoTime, index: usize, batch: Batch, after: Option<Duration>) {
        let asked = after.map(|after| after.min(self.policy.retry_after_cap));
        let asked = asked.filter(|asked| !asked.is_zero());
        let pause = asked.unwrap_or(self.policy.pause).max(MIN_WAIT);
        let Some(partition) = self.partitions.get_mut(index) else {
            return;
        };
        partition.batches.push_front(batch);
        partition.paused_until = now.saturating_add(pause);
        self.flush_incomplete |= partition.clear_urgent();
    }

    fn put_back_halves(&mut self, index: usize, halves: [Batch; 2]) {
        if let Some(partition) = self.partitions.get_mut(index) {
            partition.put_back_halves(halves);
        }
    }

    fn expire(&mut self, now: MonoTime) {
        let oldest = now.saturating_sub(self.policy.max_age);
        for index in 0..self.partitions.len() {
            let take = |partition: &mut Partition| partition.pop_expired(oldest);
            while let Some(batch) = self.partitions.get_mut(index).and_then(take) {
                self.drop_batch(DropReason::Expired, &batch);
            }
        }
    }

    fn drop_batch(&mut self, reason: DropReason, batch: &Batch) {
        self.resolved.drop_events(reason, batch.len() as u64);
        self.held_events -= batch.len() as u64;
    }

    fn partition(&mut self, context: PartitionKey) -> &mut Partition {
        let found = self
            .partitions
            .iter()
            .position(|partition| partition.context == context);
        let index = found.unwrap_or_else(|| {
            self.partitions.push(Partition::new(context));
            self.partitions.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "found or pushed just above")]
        &mut self.partitions[index]
    }

    fn partition_due(&self, partition: &Partition) -> Option<MonoTime> {
        // One nanosecond later it is older than allowed.
        let age = self.policy.max_age.saturating_add(Duration::from_nanos(1));
        let front = partition.batches.front()?;
        let expiry = front.since.saturating_add(age);
        Some(self.ready(partition, front).min(expiry))
    }

    /// When the request with the lane's front batch may be made.
    fn ready(&self, partition: &Partition, front: &Batch) -> MonoTime {
        let wanted = self.wanted(front);
        wanted.max(partition.paused_until).max(self.closed_until)
    }

    /// When the batch is due, as far as it is up to us.
    fn wanted(&self, batch: &Batch) -> MonoTime {
        match (batch.urgent, batch.closed) {
            (true, _) => MonoTime::ZERO,
            (false, true) => self.backoff_until,
            (false, false) => {
                let full_or_old = batch.since.saturating_add(self.limits.flush_interval);
                full_or_old.max(self.backoff_until)
            }
        }
    }
}
