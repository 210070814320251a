//! Events of ended processes, which this client sends for them.
//!
//! **Invariants.** They are not part of a flush or a shutdown. Their requests are paced.

use std::time::Duration;

use super::{Core, batch::Batch, key::PartitionKey};
use crate::delivery::{health::DropReason, mono_time::MonoTime};

/// The pause between the begins of two requests with adopted events, so that a program which finds many of
/// them does not use the network of its user for itself.
pub(super) const PACE: Duration = Duration::from_millis(500);

#[cfg_attr(not(feature = "spool"), allow(dead_code))]
impl Core {
    /// Does not pause between two requests with adopted events.
    pub(crate) fn without_pace(self) -> Self {
        Self {
            pace: Duration::ZERO,
            ..self
        }
    }

    /// Adds events of a segment of which no event is held. They may be held for `max_age` more.
    pub(crate) fn adopt(&mut self, key: PartitionKey, batches: Vec<Batch>, max_age: Duration) {
        self.partition(key).max_age = Some(max_age);
        for batch in batches {
            self.resolved.adopted += batch.len() as u64;
            let _held = self.ingest(batch);
        }
    }

    /// Counts adopted events that are dropped at once.
    pub(crate) fn drop_adopted(&mut self, reason: DropReason, events: u64) {
        self.resolved.adopted += events;
        self.resolved.drop_events(reason, events);
    }

    /// True if an adopted event is held.
    pub(crate) fn holds_adopted(&self) -> bool {
        let of_request = self.in_flight.iter().map(|(_, batch)| batch);
        let others = self.partitions.iter().filter_map(|it| it.batches.front());
        of_request.chain(others).any(|it| it.key.is_adopted())
    }

    /// Forgets the adopted events before the end of the client: they stay in their files.
    pub(crate) fn release_adopted(&mut self) {
        for partition in &mut self.partitions {
            if !partition.key.is_adopted() {
                continue;
            }
            for batch in std::mem::take(&mut partition.batches) {
                self.held_events -= batch.len() as u64;
                self.held_stored -= batch.stored_len();
                self.memory -= batch.memory();
                self.resolved.stored += batch.len() as u64;
            }
        }
    }

    /// Counts events that were held on disk only, and are not there any more.
    pub(crate) fn lost_from_disk(&mut self, events: u64) {
        self.resolved.drop_events(DropReason::FileLost, events);
    }

    /// The request was not begun, because the file of some of its events was removed, or is used by another
    /// process. Those are dropped; the others are sent later.
    #[cfg_attr(not(all(feature = "http", feature = "spool")), allow(dead_code))]
    pub(crate) fn lost_segment(&mut self, now: MonoTime, segment: u32) {
        let Some((index, batch)) = self.in_flight.take() else {
            return;
        };
        let (events, stored, memory) = (batch.len() as u64, batch.stored_len(), batch.memory());
        let rest = batch.without_segment(segment);
        let lost = events - rest.len() as u64;
        self.resolved.drop_events(DropReason::FileLost, lost);
        self.held_events -= lost;
        self.held_stored -= stored - rest.stored_len();
        self.memory -= memory;
        if rest.len() > 0 {
            self.memory += rest.memory();
            self.in_flight = Some((index, rest));
            self.not_tried(now);
        }
    }
}
