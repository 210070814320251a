//! When batches are taken from the queue, sent and dropped.

use std::time::Duration;

use super::{Core, batch::Batch, partition::Partition};
use crate::delivery::mono_time::MonoTime;

impl Core {
    /// When the worker takes a batch that is not full: when it may be sent or expires. Until then it
    /// stays open, so that more events join it.
    ///
    /// Example: the oldest event is from 10 s and the flush interval is 120 s, so the batch is taken at
    /// 130 s. A backoff until 140 s delays that to 140 s, a `Retry-After` until 200 s to 200 s.
    pub(crate) fn takes_at(&self, open: &Batch) -> MonoTime {
        let partition = self.partitions.iter().find(|known| known.key == open.key);
        let paused_until = partition.map_or(MonoTime::START, |known| known.paused_until);
        let interval_over = open.since.saturating_add(self.flush_interval);
        let delays = [paused_until, self.backoff_until, self.closed_until];
        let may_be_sent = delays.into_iter().fold(interval_over, MonoTime::max);
        may_be_sent.min(expiry(open, self.policy.max_age))
    }

    /// When [`next`](Self::next) must be called without further input; `None` if nothing is held.
    pub(crate) fn due(&self) -> Option<MonoTime> {
        let partitions = self.partitions.iter();
        partitions
            .filter_map(|partition| self.partition_due(partition))
            .min()
    }

    fn partition_due(&self, partition: &Partition) -> Option<MonoTime> {
        let front = partition.batches.front()?;
        let max_age = partition.max_age.unwrap_or(self.policy.max_age);
        Some(self.ready(partition, front).min(expiry(front, max_age)))
    }

    /// When the front batch of the partition may be sent.
    ///
    /// Example: a backoff until 140 s delays a batch to 140 s, and a `Retry-After` until 200 s to 200 s.
    /// A flush at 150 s makes it urgent and ignores the backoff, but the batch still waits until 200 s.
    pub(super) fn ready(&self, partition: &Partition, front: &Batch) -> MonoTime {
        let wanted = match front.urgent {
            true => MonoTime::START,
            false => self.backoff_until,
        };
        let paced = match partition.key.is_adopted() {
            true => self.adopted_after,
            false => MonoTime::START,
        };
        let paused = partition.paused_until.max(self.closed_until);
        wanted.max(paced).max(paused)
    }
}

/// When the batch expires. An event expires when it is older than `max_age`, that is, 1 ns later.
fn expiry(batch: &Batch, max_age: Duration) -> MonoTime {
    let age = max_age.saturating_add(Duration::from_nanos(1));
    batch.since.saturating_add(age)
}
