//! A lane: the batches of one envelope context, in order, of which only the last may be open.
//!
//! It keeps order and contexts apart; when something is sent is the core's business.

use std::{collections::VecDeque, time::Duration};

use super::{batch::Batch, in_flight::Flight};
use crate::delivery::clock::Tick;

/// When a batch is full or due.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) batch_events: usize,
    pub(crate) batch_bytes: usize,
    pub(crate) flush_interval: Duration,
}

/// What distinguishes envelope contexts within one client: the schema version.
pub(crate) type Context = &'static str;

/// Most cuts of a rejected batch in a row that bring no event through. Enough to look at each event
/// of a batch of the usual size.
const CUTS: u32 = 64;

#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) context: Context,
    pub(crate) batches: VecDeque<Batch>,
    /// What failed and waits for the next flush, where the policy says so: older than the others.
    failed: VecDeque<Batch>,
    failed_until: Tick,
    /// Nothing is sent before: the collector refused the context.
    pub(crate) paused_until: Tick,
    /// How many more times a rejected batch may be cut before an event must come through.
    cuts: u32,
    /// The collector accepted something since the last batch that it rejected whole.
    trusted: bool,
    pieces: u64,
}

impl Lane {
    pub(crate) fn new(context: Context) -> Self {
        Self {
            context,
            batches: VecDeque::new(),
            failed: VecDeque::new(),
            failed_until: Tick::ZERO,
            paused_until: Tick::ZERO,
            cuts: 0,
            trusted: true,
            pieces: 0,
        }
    }

    /// Every batch, not always in order.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Batch> {
        self.failed.iter().chain(&self.batches)
    }

    /// The batch that is sent first of all that may be.
    pub(crate) fn first(&self) -> Option<&Batch> {
        self.all().next()
    }

    /// When what failed is due by itself.
    pub(crate) fn failed_until(&self) -> Option<Tick> {
        (!self.failed.is_empty()).then_some(self.failed_until)
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

    /// The batches of the next request: the first one, or `together` with everything that waits.
    pub(crate) fn take(&mut self, together: bool) -> Option<Flight> {
        let front = self.batches.front();
        if front.is_none_or(|batch| batch.piece == 0) {
            self.revive();
        }
        let first = self.batches.pop_front()?;
        if self.batches.is_empty() {
            self.batches.shrink_to(1);
        }
        let piece = first.piece;
        let mut flight = Flight::default();
        flight.push(first);
        let belongs = |batch: &Batch| together && batch.piece == piece;
        while let Some(batch) = pop_if(&mut self.batches, belongs) {
            flight.push(batch);
        }
        Some(flight)
    }

    /// Puts what failed back in line, in front.
    pub(crate) fn revive(&mut self) {
        while let Some(batch) = self.failed.pop_back() {
            self.batches.push_front(batch);
        }
    }

    /// Keeps what failed for the next flush.
    pub(crate) fn set_aside(&mut self, batches: Vec<Batch>, until: Tick) {
        for mut batch in batches {
            batch.piece = 0;
            self.failed.push_back(batch);
        }
        self.failed_until = until;
    }

    /// Puts batches in front, in this order.
    pub(crate) fn put_back(&mut self, batches: Vec<Batch>) {
        for batch in batches.into_iter().rev() {
            self.batches.push_front(batch);
        }
    }

    /// Puts the halves of a request in front; each is sent by itself.
    pub(crate) fn put_back_halves(&mut self, halves: [Flight; 2]) {
        for half in halves.into_iter().rev() {
            self.pieces += 1;
            let mut batches = half.into_batches();
            for batch in &mut batches {
                batch.piece = self.pieces;
            }
            self.put_back(batches);
        }
    }

    /// The collector accepted something.
    pub(crate) fn trust(&mut self) {
        self.trusted = true;
        self.cuts = CUTS;
    }

    /// True when a rejected flight may be cut.
    pub(crate) fn may_cut(&mut self, flight: &Flight) -> bool {
        if !flight.is_suspect() {
            let few = flight.len().next_power_of_two().ilog2();
            self.cuts = if self.trusted { CUTS } else { few };
            self.trusted = false;
        }
        let may = self.cuts > 0 && flight.len() > 1;
        self.cuts -= u32::from(may);
        may
    }

    /// Ends the urgency of every batch; true when there was one.
    pub(crate) fn calm(&mut self) -> bool {
        let calmed = |any, batch: &mut Batch| any | std::mem::take(&mut batch.urgent);
        self.batches.iter_mut().fold(false, calmed)
    }

    /// Takes the front batch if it is older than allowed.
    pub(crate) fn take_older_than(&mut self, oldest: Tick) -> Option<Batch> {
        let is_old = |batch: &Batch| batch.since < oldest;
        pop_if(&mut self.failed, is_old).or_else(|| pop_if(&mut self.batches, is_old))
    }
}

fn pop_if(line: &mut VecDeque<Batch>, wanted: impl Fn(&Batch) -> bool) -> Option<Batch> {
    if wanted(line.front()?) {
        line.pop_front()
    } else {
        None
    }
}
