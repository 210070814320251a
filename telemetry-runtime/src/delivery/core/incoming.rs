//! Incoming events: the memory of all batches of the queue, and the closed batches that the worker has not
//! taken yet.
//!
//! An event is appended to the open batch of its partition in a shard ([`OpenBatches`]). A batch is closed when
//! it is full. The worker takes whole batches; their bytes do not move. A batch that was sent comes back as
//! spare memory for later batches.
//!
//! **Invariants.** Adding an event must never abort when memory is exhausted, and must never exceed
//! the limit. The limit counts capacities, not lengths. Events of a partition keep their order within a shard.

use std::collections::VecDeque;

use super::{
    batch::{Batch, Step},
    key::PartitionKey,
    open::{Amount, Open, OpenBatches},
    place::Place,
    tally::Tally,
};
use crate::delivery::mono_time::MonoTime;

/// Limits at which a batch is full.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BatchConfig {
    pub(crate) batch_events: usize,
    pub(crate) batch_bytes: usize,
}

impl BatchConfig {
    pub(super) const fn amount(self) -> Amount {
        Amount {
            events: self.batch_events,
            bytes: self.batch_bytes,
        }
    }
}

/// The room that a first batch begins with.
const FIRST: Step = Step {
    events: 16,
    bytes: 4096,
};

/// Allocators return the memory of large batches to the system. Each page of it then costs a page fault when it
/// is used again.
const RETURNED_BYTES: usize = 64 * 1024;

/// The effect of an added event on its batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// It joined an open batch.
    Joined,
    /// It is the first event of a batch, which began at this time.
    Opened(MonoTime),
    /// The open batches of its partition are together at a limit.
    Gathered,
    /// A batch is full.
    Closed,
}

/// The events of the batches that the worker took.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Taken {
    pub(crate) events: usize,
    /// How many of them are also stored in files.
    pub(crate) stored: u64,
    pub(crate) memory: usize,
}

#[derive(Debug)]
pub(crate) struct Incoming {
    pub(super) limits: BatchConfig,
    /// The open batches of each partition.
    pub(super) tallies: Vec<Tally>,
    pub(super) closed: VecDeque<Batch>,
    /// Empty batches.
    spare: Vec<Batch>,
    /// Events that were counted.
    pub(super) events: usize,
    /// How many of them are also stored in files.
    stored: u64,
    /// Bytes of all batches, including the open ones.
    pub(super) memory: usize,
    spare_memory: usize,
    /// The room that the next batch probably needs.
    expected: Step,
}

impl Incoming {
    pub(crate) fn new(limits: BatchConfig) -> Self {
        Self {
            limits,
            tallies: Vec::new(),
            closed: VecDeque::new(),
            spare: Vec::new(),
            events: 0,
            stored: 0,
            memory: 0,
            spare_memory: 0,
            expected: FIRST,
        }
    }

    /// Appends an accepted event to the open batches of a shard, whose events were counted. `now` is called if
    /// it begins a batch. `None` if it would exceed `limit` bytes of memory, or if the allocation fails.
    #[inline]
    pub(crate) fn push(
        &mut self,
        open: &mut OpenBatches,
        limit: usize,
        key: PartitionKey,
        event: &[u8],
        place: Option<Place>,
        now: impl FnOnce() -> MonoTime,
    ) -> Option<Change> {
        let found = open.position(key);
        let mut change = Change::Joined;
        let mut index = found.unwrap_or(usize::MAX);
        let is_ready = |open: &Open| {
            let batch = &open.batch;
            batch.has_capacity(event.len()) && !self.exceeds(batch.byte_len() + event.len())
        };
        if !open.list.get(index).is_some_and(is_ready) {
            (index, change) = self.make_room(open, limit, key, event.len(), found, now)?;
        }
        let joined = open.list.get_mut(index)?;
        if place.is_some() {
            let batch = &mut joined.batch;
            let before = batch.memory();
            let reserved = batch.reserve_place(limit.saturating_sub(self.memory));
            self.memory += batch.memory() - before;
            if !reserved {
                self.discard_empty(open, index);
                return None;
            }
            self.stored += 1;
        }
        joined.batch.push(event, place);
        let new = joined.count();
        self.events += new.events;
        let limits = self.limits.amount();
        let tally = self.tally(key)?;
        tally.sum.add(new);
        let is_gathered = tally.sum.reaches(limits);
        if Amount::of(&joined.batch).reaches(limits) {
            self.close(open, index, limit);
            return Some(Change::Closed);
        }
        joined.lease = lease(joined.counted, limits, tally.batches);
        if is_gathered && change != Change::Closed {
            change = Change::Gathered;
        }
        Some(change)
    }

    #[inline]
    fn exceeds(&self, bytes: usize) -> bool {
        bytes > self.limits.batch_bytes
    }

    /// Makes room for an event in the open batch of its partition, or begins a batch. Returns the index
    /// of the batch.
    #[cold]
    fn make_room(
        &mut self,
        open: &mut OpenBatches,
        limit: usize,
        key: PartitionKey,
        event: usize,
        found: Option<usize>,
        now: impl FnOnce() -> MonoTime,
    ) -> Option<(usize, Change)> {
        let step = Step {
            bytes: FIRST.bytes.min(limit / 8),
            ..FIRST
        };
        if limit.saturating_sub(self.memory) < event + step.bytes {
            self.free_spare();
        }
        let room = limit.saturating_sub(self.memory);
        let joins = |open: &&mut Open| open.batch.byte_len() + event <= self.limits.batch_bytes;
        let of_found = found.and_then(|index| Some((index, open.list.get_mut(index)?)));
        if let Some((index, open)) = of_found.filter(|(_, open)| joins(open)) {
            let batch = &mut open.batch;
            let before = batch.memory();
            let grown = batch.reserve(event, step, room);
            self.memory += batch.memory() - before;
            return grown.then_some((index, Change::Joined));
        }
        // Closing a batch must not allocate.
        let all_open: usize = self.tallies.iter().map(|tally| tally.batches).sum();
        open.list.try_reserve(1).ok()?;
        self.closed.try_reserve(all_open + 1).ok()?;
        if self.tally(key).is_none() {
            self.tallies.try_reserve(1).ok()?;
            self.tallies.push(Tally::new(key));
        }
        let since = now();
        let batch = match self.spare.pop_if(|spare| spare.has_capacity(event)) {
            Some(spare) => {
                self.spare_memory -= spare.memory();
                spare.renew(key, since)
            }
            None => {
                let mut batch = Batch::new(key, since);
                let room = room.checked_sub(batch.memory())?;
                // All open batches together begin with at most a quarter of the memory.
                let step = Step {
                    bytes: self.expected.bytes.min(limit / 4 / (all_open + 1)),
                    ..self.expected
                };
                if !batch.reserve(event, step, room) {
                    return None;
                }
                self.memory += batch.memory();
                batch
            }
        };
        let change = match found {
            // Closing it keeps the order of events.
            Some(full) => {
                self.close(open, full, limit);
                Change::Closed
            }
            None => Change::Opened(since),
        };
        if let Some(tally) = self.tally(key) {
            tally.batches += 1;
        }
        open.list.push(Open::new(batch));
        Some((open.list.len() - 1, change))
    }

    /// Removes an open batch that got no event.
    #[cold]
    fn discard_empty(&mut self, open: &mut OpenBatches, index: usize) {
        if open.list.get(index).is_none_or(|open| open.batch.len() > 0) {
            return;
        }
        let Open { batch, .. } = open.list.remove(index);
        self.memory -= batch.memory();
        if let Some(tally) = self.tally(batch.key) {
            tally.batches -= 1;
        }
    }

    pub(super) fn tally(&mut self, key: PartitionKey) -> Option<&mut Tally> {
        let mut known = self.tallies.iter_mut();
        known.find(|tally| tally.key.is_same(key))
    }

    /// Closes an open batch. Unused capacity stays for the next use of its memory, unless it is most of a small
    /// batch or memory is scarce.
    pub(super) fn close(&mut self, open: &mut OpenBatches, index: usize, limit: usize) {
        let Open {
            mut batch, counted, ..
        } = open.list.remove(index);
        if let Some(tally) = self.tally(batch.key) {
            tally.batches -= 1;
            tally.sum.subtract(counted);
        }
        let bytes = batch.joined().len();
        self.expected = Step {
            events: batch.len(),
            // The next events may be longer.
            bytes: bytes + bytes / 8,
        };
        let mostly_unused = batch.memory() / 2 > size_of::<Batch>() + bytes;
        let is_small = batch.memory() <= RETURNED_BYTES;
        let scarce = limit / if mostly_unused { 4 } else { 2 };
        if (mostly_unused && is_small) || self.used_memory() > scarce {
            self.memory -= batch.memory();
            batch.shrink();
            self.memory += batch.memory();
        }
        self.closed.push_back(batch);
    }

    /// True if a batch is full.
    pub(crate) fn has_closed(&self) -> bool {
        !self.closed.is_empty()
    }

    /// Moves the closed batches to `taken`.
    pub(crate) fn take(&mut self, taken: &mut VecDeque<Batch>) -> Taken {
        let mut sum = Taken::default();
        for batch in &self.closed {
            sum.events += batch.len();
            sum.stored += batch.stored_len();
            sum.memory += batch.memory();
        }
        self.events -= sum.events;
        self.stored -= sum.stored;
        self.memory -= sum.memory;
        taken.append(&mut self.closed);
        sum
    }

    /// Keeps the memory of a batch that is no longer held, if at most `most` bytes are spare then.
    pub(crate) fn recycle(&mut self, batch: Batch, most: usize) {
        let memory = batch.memory();
        if self.spare_memory + memory <= most && self.spare.try_reserve(1).is_ok() {
            let (key, since) = (batch.key, batch.since);
            self.spare.push(batch.renew(key, since));
            self.spare_memory += memory;
            self.memory += memory;
        }
    }

    /// Frees the memory that no event uses.
    pub(crate) fn free_spare(&mut self) {
        self.memory -= self.spare_memory;
        self.spare_memory = 0;
        self.spare = Vec::new();
    }

    /// Forgets all events and frees all memory. The open batches are removed elsewhere.
    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.limits);
    }

    /// Bytes of memory, including spare ones.
    pub(crate) fn memory(&self) -> usize {
        self.memory
    }

    /// Bytes of memory of batches with events.
    pub(crate) fn used_memory(&self) -> usize {
        self.memory - self.spare_memory
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.events == 0
    }

    pub(crate) fn len(&self) -> usize {
        self.events
    }

    /// The number of events that are also stored in files.
    pub(crate) fn stored(&self) -> u64 {
        self.stored
    }
}

/// The lease of a batch that is one of several open ones of its partition. Alone, it may fill up.
///
/// Example: of 50 events, each of 4 batches may take 6 before the sum is computed again.
fn lease(now: Amount, limits: Amount, batches: usize) -> Amount {
    if batches <= 1 {
        return limits;
    }
    let part = |whole: usize| (whole / (2 * batches)).max(1);
    Amount {
        events: limits.events.min(now.events + part(limits.events)),
        bytes: limits.bytes.min(now.bytes + part(limits.bytes)),
    }
}
