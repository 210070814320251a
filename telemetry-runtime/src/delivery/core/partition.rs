//! A lane: the batches of one envelope context, in order, of which only the last may be open.
//!
//! It keeps order and contexts apart; when something is sent is the core's business.

use std::{collections::VecDeque, time::Duration};

use super::batch::Batch;
use crate::delivery::clock::MonoTime;

/// When a batch is full or due.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BatchConfig {
    pub(crate) batch_events: usize,
    pub(crate) batch_bytes: usize,
    pub(crate) flush_interval: Duration,
}

/// What distinguishes envelope contexts within one client: the schema version.
pub(crate) type PartitionKey = &'static str;

/// Most cuts of a rejected batch in a row that bring no event through. Enough to look at each event
/// of a batch of the usual size.
const SPLIT_BUDGET: u32 = 64;

#[derive(Debug)]
pub(crate) struct Partition {
    pub(crate) context: PartitionKey,
    pub(crate) batches: VecDeque<Batch>,
    /// Nothing is sent before: the collector refused the context.
    pub(crate) paused_until: MonoTime,
    /// How many more times a rejected batch may be cut before an event must come through.
    split_budget: u32,
    /// The collector accepted something since the last batch that it rejected whole.
    recent_success: bool,
}

impl Partition {
    pub(crate) fn new(context: PartitionKey) -> Self {
        Self {
            context,
            batches: VecDeque::new(),
            paused_until: MonoTime::ZERO,
            split_budget: 0,
            recent_success: true,
        }
    }

    /// Adds an event to the last batch if it fits there, else to a fresh one. False when there is
    /// no memory for it.
    pub(crate) fn push(&mut self, since: MonoTime, event: &[u8], limits: &BatchConfig) -> bool {
        let has_room = |batch: &mut Batch| {
            // A batch that cannot take the event is as full as it gets.
            if batch.byte_len() + event.len() > limits.batch_bytes {
                batch.close();
            }
            !batch.closed
        };
        let open = self.batches.back_mut().is_some_and(has_room);
        let last = if open { self.batches.pop_back() } else { None };
        let mut batch = last.unwrap_or_else(|| Batch::new(since));
        let pushed = batch.push(event).is_ok();
        if batch.len() >= limits.batch_events || batch.byte_len() >= limits.batch_bytes {
            batch.close();
        }
        if batch.len() > 0 {
            self.batches.push_back(batch);
        }
        pushed
    }

    /// Takes the first batch, for a request.
    pub(crate) fn take(&mut self) -> Option<Batch> {
        let mut batch = self.batches.pop_front()?;
        if self.batches.is_empty() {
            self.batches.shrink_to(1);
        }
        batch.close();
        Some(batch)
    }

    /// Puts the halves of a batch in front, in this order.
    pub(crate) fn put_back_halves(&mut self, halves: [Batch; 2]) {
        for half in halves.into_iter().rev() {
            self.batches.push_front(half);
        }
    }

    /// The collector accepted something.
    pub(crate) fn reset_split_budget(&mut self) {
        self.recent_success = true;
        self.split_budget = SPLIT_BUDGET;
    }

    /// True when a rejected batch may be cut.
    pub(crate) fn may_split(&mut self, batch: &Batch) -> bool {
        if !batch.from_rejected {
            let few = batch.len().next_power_of_two().ilog2();
            self.split_budget = if self.recent_success {
                SPLIT_BUDGET
            } else {
                few
            };
            self.recent_success = false;
        }
        let may = self.split_budget > 0 && batch.len() > 1;
        self.split_budget -= u32::from(may);
        may
    }

    /// Ends the urgency of every batch; true when there was one.
    pub(crate) fn clear_urgent(&mut self) -> bool {
        let calmed = |any, batch: &mut Batch| any | std::mem::take(&mut batch.urgent);
        self.batches.iter_mut().fold(false, calmed)
    }

    /// Takes the front batch if it is older than allowed.
    pub(crate) fn pop_expired(&mut self, oldest: MonoTime) -> Option<Batch> {
        if self.batches.front()?.since < oldest {
            self.batches.pop_front()
        } else {
            None
        }
    }
}
