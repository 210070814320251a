//! Batches of events that are read from files.
//!
//! **Invariants.** Their memory stays within a bound. At least one event is loaded, however large it is.

use super::{
    batch::{Batch, Step},
    incoming::BatchConfig,
    key::PartitionKey,
    place::Place,
};
use crate::delivery::mono_time::MonoTime;

/// The room that a batch adds when it is full.
const STEP: Step = Step {
    events: 16,
    bytes: 4096,
};

/// The batches of one partition so far.
pub(crate) struct Loaded {
    key: PartitionKey,
    since: MonoTime,
    limits: BatchConfig,
    /// Bytes of memory that may still be taken.
    left: usize,
    batches: Vec<Batch>,
}

impl Loaded {
    /// Takes at most `most` bytes of memory, unless the first event is larger.
    pub(crate) fn new(
        key: PartitionKey,
        since: MonoTime,
        limits: BatchConfig,
        most: usize,
    ) -> Self {
        Self {
            key,
            since,
            limits,
            left: most,
            batches: Vec::new(),
        }
    }

    /// Adds an event. False if it does not fit, or if the allocation fails.
    pub(crate) fn push(&mut self, event: &[u8], place: Place) -> bool {
        let BatchConfig {
            batch_events,
            batch_bytes,
        } = self.limits;
        let joins = |batch: &Batch| {
            batch.len() < batch_events && batch.byte_len() + event.len() <= batch_bytes
        };
        let most = match self.batches.is_empty() {
            true => usize::MAX,
            false => self.left,
        };
        let joined = self.batches.pop_if(|batch| joins(batch));
        let is_new = joined.is_none();
        let mut batch = joined.unwrap_or_else(|| Batch::new(self.key, self.since));
        let before = if is_new { 0 } else { batch.memory() };
        let Some(room) = most.checked_sub(batch.memory() - before) else {
            return false;
        };
        let fits = batch.reserve(event.len(), STEP, room) && batch.reserve_place(room);
        if fits {
            batch.push(event, Some(place));
        }
        self.left = self.left.saturating_sub(batch.memory() - before);
        if fits || !is_new {
            self.batches.push(batch);
        }
        fits
    }

    /// The batches in the order of their events.
    pub(crate) fn into_batches(self) -> Vec<Batch> {
        self.batches
    }
}
