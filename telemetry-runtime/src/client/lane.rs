//! A lane: the batches of one envelope context, in order, of which only the last may be open.
//!
//! It keeps order and contexts apart; when something is sent is the core's business.

use std::{collections::VecDeque, time::Duration};

use super::batch::{Batch, Tick};

/// When a batch is full or due.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) batch_events: usize,
    pub(crate) batch_bytes: usize,
    pub(crate) flush_interval: Duration,
}

/// What distinguishes envelope contexts within one client: the schema version.
pub(crate) type Context = &'static str;

#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) context: Context,
    pub(crate) batches: VecDeque<Batch>,
    /// Nothing is sent before: the collector refused the context.
    pub(crate) paused_until: Tick,
    /// How many more times a rejected batch may be cut.
    pub(crate) cuts: u32,
}

impl Lane {
    pub(crate) fn new(context: Context) -> Self {
        Self {
            context,
            batches: VecDeque::new(),
            paused_until: Tick::ZERO,
            cuts: 0,
        }
    }

    /// Adds an event to the last batch if it fits there, else to a fresh one. False when there is
    /// no memory for it.
    pub(crate) fn push(&mut self, since: Tick, event: &[u8], limits: &Limits) -> bool {
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

    /// Puts batches in front, in this order.
    pub(crate) fn put_back<const N: usize>(&mut self, batches: [Batch; N]) {
        for batch in batches.into_iter().rev() {
            self.batches.push_front(batch);
        }
    }

    /// Ends the urgency of every batch; true when there was one.
    pub(crate) fn calm(&mut self) -> bool {
        let calmed = |any, batch: &mut Batch| any | std::mem::take(&mut batch.urgent);
        self.batches.iter_mut().fold(false, calmed)
    }

    /// Takes the front batch if it is older than allowed.
    pub(crate) fn take_older_than(&mut self, oldest: Tick) -> Option<Batch> {
        let expired = self.batches.front()?.since < oldest;
        if expired {
            self.batches.pop_front()
        } else {
            None
        }
    }
}
