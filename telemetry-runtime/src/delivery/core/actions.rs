//! Executes the actions of the policy.

use std::time::Duration;

use super::{Core, batch::Batch, partition::Partition, place::Fate};
use crate::{
    delivery::{health::DropReason, mono_time::MonoTime},
    product::policy::Action,
    transport::Response,
};

/// Lower bound of the longest wait after a failure, regardless of the settings and the collector: a
/// network that is down must not keep a processor busy.
const MIN_WAIT: Duration = Duration::from_millis(100);

impl Core {
    pub(super) fn answered(
        &mut self,
        now: MonoTime,
        index: usize,
        batch: Batch,
        response: Response,
    ) {
        let action = self.policy.action(response.status());
        if action != Action::Retry {
            self.failures = 0;
            self.backoff_until = now;
        }
        match action {
            Action::Deliver => self.deliver(index, batch, response.rejected()),
            Action::Retry => {
                self.retry(now, index, batch, response.retry_after(), Fate::NotSent);
            }
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
        self.note(&batch, Fate::Delivered);
        self.forget(batch);
        if let Some(partition) = self.partitions.get_mut(index) {
            partition.reset_split_budget();
        }
    }

    pub(super) fn retry(
        &mut self,
        now: MonoTime,
        index: usize,
        mut batch: Batch,
        after: Option<Duration>,
        fate: Fate,
    ) {
        self.back_off(now, after);
        let most = self.policy.max_retries;
        if most.is_some_and(|most| batch.retries >= most) {
            return self.drop_batch(DropReason::Exhausted, batch);
        }
        batch.retries += 1;
        self.note(&batch, fate);
        self.flush_incomplete |= std::mem::take(&mut batch.urgent);
        if let Some(partition) = self.partitions.get_mut(index) {
            partition.batches.push_front(batch);
        }
    }

    /// A failure comes from the collector or the network, so every partition waits.
    pub(super) fn back_off(&mut self, now: MonoTime, after: Option<Duration>) {
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
        self.note(&batch, Fate::NotSent);
        let Some(partition) = self.partitions.get_mut(index) else {
            return;
        };
        partition.batches.push_front(batch);
        partition.paused_until = now.saturating_add(pause);
        self.flush_incomplete |= partition.clear_urgent();
    }

    /// Puts back the halves of a batch that took `memory` bytes.
    fn put_back_halves(&mut self, index: usize, memory: usize, halves: [Batch; 2]) {
        for half in &halves {
            self.note(half, Fate::NotSent);
        }
        self.memory -= memory;
        self.memory += halves.iter().map(Batch::memory).sum::<usize>();
        if let Some(partition) = self.partitions.get_mut(index) {
            partition.put_back_halves(halves);
        }
    }

    pub(super) fn expire(&mut self, now: MonoTime) {
        let max_age = self.policy.max_age;
        for index in 0..self.partitions.len() {
            let take = |partition: &mut Partition| partition.pop_expired(now, max_age);
            while let Some(batch) = self.partitions.get_mut(index).and_then(take) {
                self.drop_batch(DropReason::Expired, batch);
            }
        }
    }
}
