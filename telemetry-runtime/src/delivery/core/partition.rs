//! A partition: the full batches of one schema version that the core holds, in order.
//!
//! **Invariants.** Must never reorder events. The core, not the partition, decides when to send.

use std::{collections::VecDeque, time::Duration};

use super::{batch::Batch, key::PartitionKey};
use crate::delivery::mono_time::MonoTime;

/// Most consecutive splits of a rejected batch without a delivered event. Enough to test each event
/// of a batch of the default size.
///
/// Example: a collector rejects each of 50 events. 49 splits lead to 1 + 2 * 49 = 99 requests. As
/// long as it accepts nothing, the next batch gets log2(64) = 6 splits, so at most 13 requests.
const SPLIT_BUDGET: u32 = 64;

#[derive(Debug)]
pub(crate) struct Partition {
    pub(crate) key: PartitionKey,
    pub(crate) batches: VecDeque<Batch>,
    /// Do not send before this time; set after the policy's action `Pause`.
    pub(crate) paused_until: MonoTime,
    /// How long its events may be held, if the policy does not say so.
    pub(crate) max_age: Option<Duration>,
    /// Number of splits left until an event must be delivered.
    split_budget: u32,
    /// The collector accepted an event since it last rejected an unsplit batch.
    recent_success: bool,
}

impl Partition {
    pub(crate) fn new(key: PartitionKey) -> Self {
        Self {
            key,
            batches: VecDeque::new(),
            paused_until: MonoTime::START,
            max_age: None,
            split_budget: 0,
            recent_success: true,
        }
    }

    /// Takes the front batch for a request.
    pub(crate) fn take(&mut self) -> Option<Batch> {
        let batch = self.batches.pop_front()?;
        if self.batches.is_empty() {
            self.batches.shrink_to(1);
        }
        Some(batch)
    }

    /// Puts the halves of a batch back to the front, in this order.
    pub(crate) fn put_back_halves(&mut self, halves: [Batch; 2]) {
        for half in halves.into_iter().rev() {
            self.batches.push_front(half);
        }
    }

    /// The collector accepted a batch.
    pub(crate) fn reset_split_budget(&mut self) {
        self.recent_success = true;
        self.split_budget = SPLIT_BUDGET;
    }

    /// True if a rejected batch may be split, which then uses one split of the budget.
    pub(crate) fn may_split(&mut self, batch: &Batch) -> bool {
        if !batch.from_rejected {
            let minimal = batch.len().next_power_of_two().ilog2();
            self.split_budget = if self.recent_success {
                SPLIT_BUDGET
            } else {
                minimal
            };
            self.recent_success = false;
        }
        let may = self.split_budget > 0 && batch.len() > 1;
        self.split_budget -= u32::from(may);
        may
    }

    /// True if a batch belongs to the current round. Later batches follow those of the round.
    pub(crate) fn is_urgent(&self) -> bool {
        self.batches.front().is_some_and(|batch| batch.urgent)
    }

    /// Makes no batch urgent; true if any was.
    pub(crate) fn clear_urgent(&mut self) -> bool {
        let any = self.is_urgent();
        let urgent = self.batches.iter_mut().take_while(|batch| batch.urgent);
        urgent.for_each(|batch| batch.urgent = false);
        any
    }

    /// True if none of its events is held, and none will follow.
    pub(crate) fn is_over(&self) -> bool {
        self.key.is_adopted() && self.batches.is_empty()
    }

    /// Takes the front batch if it is older than `max_age`, or than its own limit.
    pub(crate) fn pop_expired(&mut self, now: MonoTime, max_age: Duration) -> Option<Batch> {
        let oldest = now.saturating_sub(self.max_age.unwrap_or(max_age));
        if self.batches.front()?.since < oldest {
            self.batches.pop_front()
        } else {
            None
        }
    }
}
