//! Incoming events: the open batch of each partition, and the closed batches that the worker has not
//! taken yet.
//!
//! An event is appended to the open batch of its partition. A batch is closed when it is full. The
//! worker takes whole batches; their bytes do not move. A batch that was sent comes back as spare
//! memory for later batches.
//!
//! **Invariants.** Adding an event must never abort when memory is exhausted, and must never exceed
//! the limit. The limit counts capacities, not lengths. Events of a partition keep their order.

use std::collections::VecDeque;

use super::{
    batch::{Batch, Step},
    key::PartitionKey,
    place::Place,
};
use crate::delivery::mono_time::MonoTime;

/// Limits at which a batch is full.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BatchConfig {
    pub(crate) batch_events: usize,
    pub(crate) batch_bytes: usize,
}

/// The room that a first batch begins with.
const FIRST: Step = Step {
    events: 16,
    bytes: 4096,
};

/// The effect of an added event on its batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// It joined an open batch.
    Joined,
    /// It is the first event of a batch, which began at this time.
    Opened(MonoTime),
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
    limits: BatchConfig,
    /// At most one batch of each partition.
    open: Vec<Batch>,
    closed: VecDeque<Batch>,
    /// Empty batches.
    spare: Vec<Batch>,
    events: usize,
    /// How many of them are also stored in files.
    stored: u64,
    /// Bytes of all batches here.
    memory: usize,
    spare_memory: usize,
    /// The room that the next batch probably needs.
    expected: Step,
}

impl Incoming {
    pub(crate) fn new(limits: BatchConfig) -> Self {
        Self {
            limits,
            open: Vec::new(),
            closed: VecDeque::new(),
            spare: Vec::new(),
            events: 0,
            stored: 0,
            memory: 0,
            spare_memory: 0,
            expected: FIRST,
        }
    }

    /// Appends an accepted event; `now` is called if it begins a batch. `None` if it would exceed `limit`
    /// bytes of memory, or if the allocation fails.
    #[inline]
    pub(crate) fn push(
        &mut self,
        limit: usize,
        key: PartitionKey,
        event: &[u8],
        place: Option<Place>,
        now: impl FnOnce() -> MonoTime,
    ) -> Option<Change> {
        let found = self.open.iter().position(|batch| batch.key.is_same(key));
        let mut change = Change::Joined;
        let mut index = found.unwrap_or(usize::MAX);
        let is_ready = |batch: &Batch| {
            batch.has_capacity(event.len()) && !self.exceeds(batch.byte_len() + event.len())
        };
        if !self.open.get(index).is_some_and(is_ready) {
            (index, change) = self.make_room(limit, key, event.len(), found, now)?;
        }
        let batch = self.open.get_mut(index)?;
        if place.is_some() {
            let before = batch.memory();
            let reserved = batch.reserve_place(limit.saturating_sub(self.memory));
            self.memory += batch.memory() - before;
            if !reserved {
                return None;
            }
            self.stored += 1;
        }
        batch.push(event, place);
        self.events += 1;
        let (events, bytes) = (batch.len(), batch.byte_len());
        if events >= self.limits.batch_events || bytes >= self.limits.batch_bytes {
            self.close(index, limit);
            change = Change::Closed;
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
        let joins = |batch: &&mut Batch| batch.byte_len() + event <= self.limits.batch_bytes;
        let of_found = found.and_then(|index| Some((index, self.open.get_mut(index)?)));
        if let Some((index, batch)) = of_found.filter(|(_, batch)| joins(batch)) {
            let before = batch.memory();
            let grown = batch.reserve(event, step, room);
            self.memory += batch.memory() - before;
            return grown.then_some((index, Change::Joined));
        }
        // Closing a batch must not allocate.
        self.open.try_reserve(1).ok()?;
        self.closed.try_reserve(self.open.len() + 1).ok()?;
        let since = now();
        let batch = match self.spare.pop_if(|spare| spare.has_capacity(event)) {
            Some(spare) => {
                self.spare_memory -= spare.memory();
                spare.renew(key, since)
            }
            None => {
                let mut batch = Batch::new(key, since);
                let room = room.checked_sub(batch.memory())?;
                let step = Step {
                    bytes: self.expected.bytes.min(limit / 4),
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
                self.close(full, limit);
                Change::Closed
            }
            None => Change::Opened(since),
        };
        self.open.push(batch);
        Some((self.open.len() - 1, change))
    }

    /// Closes an open batch. Unused capacity stays for the next use of its memory, unless it is large or
    /// memory is scarce.
    fn close(&mut self, index: usize, limit: usize) {
        let mut batch = self.open.remove(index);
        let bytes = batch.joined().len();
        self.expected = Step {
            events: batch.len(),
            // The next events may be longer.
            bytes: bytes + bytes / 8,
        };
        let mostly_unused = batch.memory() / 2 > size_of::<Batch>() + bytes;
        if mostly_unused || self.memory > limit / 2 {
            self.memory -= batch.memory();
            batch.shrink();
            self.memory += batch.memory();
        }
        self.closed.push_back(batch);
    }

    /// The earliest `due` of an open batch.
    pub(crate) fn due(&self, due: impl Fn(&Batch) -> MonoTime) -> Option<MonoTime> {
        self.open.iter().map(due).min()
    }

    /// True if a batch is full.
    pub(crate) fn has_closed(&self) -> bool {
        !self.closed.is_empty()
    }

    /// Moves the closed batches to `taken`, and the open ones for which `also` is true.
    pub(crate) fn take(
        &mut self,
        limit: usize,
        also: impl Fn(&Batch) -> bool,
        taken: &mut VecDeque<Batch>,
    ) -> Taken {
        let mut index = 0;
        while let Some(open) = self.open.get(index) {
            if also(open) {
                self.close(index, limit);
            } else {
                index += 1;
            }
        }
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

    /// Removes all events and frees all memory.
    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.limits);
    }

    /// Bytes of memory, including spare ones.
    pub(crate) fn memory(&self) -> usize {
        self.memory
    }

    /// Bytes of the events.
    #[cfg(test)]
    pub(crate) fn byte_len(&self) -> usize {
        let batches = self.open.iter().chain(&self.closed);
        batches.map(Batch::byte_len).sum()
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
