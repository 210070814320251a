//! Encoded events in chunks of memory, and the memory itself.
//!
//! Adding an event allocates nothing once the chunks are there, never aborts for want of memory and
//! never takes more of it than allowed: capacities are counted, not lengths. Events lie in a chunk
//! one after the other, each behind a header of its length and its envelope context. The worker
//! takes all chunks at once, reads them one by one and gives back those it may keep; the others are
//! freed as soon as they are read, so that copying their events never holds them twice.

use crate::delivery::core::partition::PartitionKey;

/// Length and context, four bytes each.
const HEADER_BYTES: usize = 8;

/// The largest chunk that holds more than one event, and the smallest.
const CHUNK_BYTES: usize = 64 * 1024;
const LEAST_CHUNK_BYTES: usize = 256;

type Chunk = Vec<u8>;

/// The chunks that are being filled, and empty ones.
#[derive(Debug)]
pub(crate) struct Arena {
    chunks: Vec<Chunk>,
    spare: Vec<Chunk>,
    contexts: Vec<PartitionKey>,
    chunk_bytes: usize,
    /// Capacity of the chunks, the spare ones included.
    memory: usize,
    spare_memory: usize,
    events: usize,
    bytes: usize,
}

/// Chunks that the worker took to read them.
#[derive(Debug, Default)]
pub(crate) struct Drained {
    /// The last one is read next.
    chunks: Vec<Chunk>,
    /// Where the next event starts in the last chunk.
    at: usize,
    events: usize,
    contexts: Vec<PartitionKey>,
    read: Vec<Chunk>,
    /// Of the chunks that were read, so many bytes more are not freed.
    reuse_budget: usize,
}

impl Arena {
    /// An empty arena for at most `most_bytes`.
    pub(crate) fn new(most_bytes: usize) -> Self {
        Self {
            chunks: Vec::new(),
            spare: Vec::new(),
            contexts: Vec::new(),
            chunk_bytes: (most_bytes / 8).clamp(LEAST_CHUNK_BYTES, CHUNK_BYTES),
            memory: 0,
            spare_memory: 0,
            events: 0,
            bytes: 0,
        }
    }

    /// Adds an event. False when that would take more than `limit` bytes of memory, or when there
    /// is none.
    pub(crate) fn push(&mut self, limit: usize, context: PartitionKey, event: &[u8]) -> bool {
        let bytes = HEADER_BYTES + event.len();
        let has_room = |chunk: &Chunk| chunk.capacity() - chunk.len() >= bytes;
        if !self.chunks.last().is_some_and(has_room) && !self.add_chunk(limit, bytes) {
            return false;
        }
        let (Some(context), Ok(len)) = (self.context(context), u32::try_from(event.len())) else {
            return false;
        };
        let Some(chunk) = self.chunks.last_mut() else {
            return false;
        };
        let header = [len.to_le_bytes(), context.to_le_bytes()];
        chunk.extend_from_slice(header.as_flattened());
        chunk.extend_from_slice(event);
        self.events += 1;
        self.bytes += event.len();
        true
    }

    fn context(&mut self, context: PartitionKey) -> Option<u32> {
        // Mostly it is the very same text: a look at its place will do.
        let is = |known: &PartitionKey| std::ptr::eq(*known, context) || *known == context;
        let known = self.contexts.iter().position(is);
        if known.is_none() {
            self.contexts.try_reserve(1).ok()?;
            self.contexts.push(context);
        }
        u32::try_from(known.unwrap_or(self.contexts.len() - 1)).ok()
    }

    /// Makes the last chunk one with room for `bytes`.
    #[cold]
    fn add_chunk(&mut self, limit: usize, bytes: usize) -> bool {
        if self.chunks.try_reserve(1).is_err() {
            return false;
        }
        if let Some(spare) = self.spare.pop_if(|spare| spare.capacity() >= bytes) {
            self.spare_memory -= spare.capacity();
            self.chunks.push(spare);
            return true;
        }
        let room = |arena: &Self| limit.saturating_sub(arena.memory);
        if room(self) < bytes {
            self.free_spare();
        }
        if room(self) < bytes {
            return false;
        }
        let mut chunk = Chunk::new();
        let wanted = self.chunk_bytes.min(room(self)).max(bytes);
        let made = chunk.try_reserve_exact(wanted).is_ok();
        if made {
            self.memory += chunk.capacity();
            self.chunks.push(chunk);
        }
        made
    }

    /// Frees what is held for later events only.
    pub(crate) fn free_spare(&mut self) {
        self.spare.clear();
        self.memory -= self.spare_memory;
        self.spare_memory = 0;
    }

    /// Hands all chunks over. Of their memory, `keeps` bytes may come back by
    /// [`reclaim`](Self::reclaim). Returns how many bytes left.
    pub(crate) fn drain_into(&mut self, drained: &mut Drained, reuse_budget: usize) -> usize {
        let memory = self.memory - self.spare_memory;
        if drained.chunks.is_empty() {
            std::mem::swap(&mut self.chunks, &mut drained.chunks);
            drained.chunks.reverse();
        } else {
            // Left over from a panic: the older events come first.
            drained.chunks.splice(0..0, self.chunks.drain(..).rev());
        }
        let known = drained.contexts.len();
        drained.contexts.extend(self.contexts.iter().skip(known));
        drained.events += self.events;
        drained.reuse_budget = reuse_budget;
        self.memory = self.spare_memory;
        self.events = 0;
        self.bytes = 0;
        memory
    }

    /// Takes the chunks back that were read and kept.
    pub(crate) fn reclaim(&mut self, drained: &mut Drained) {
        let memory = drained.read.iter().map(Vec::capacity).sum::<usize>();
        self.memory += memory;
        self.spare_memory += memory;
        self.spare.append(&mut drained.read);
    }

    /// Forgets the events.
    pub(crate) fn clear(&mut self) {
        *self = Self {
            chunk_bytes: self.chunk_bytes,
            ..Self::new(0)
        };
    }

    /// Bytes of the events.
    pub(crate) fn byte_len(&self) -> usize {
        self.bytes
    }

    /// Bytes of memory in use, the spare chunks included.
    pub(crate) fn memory(&self) -> usize {
        self.memory
    }

    pub(crate) fn spare_memory(&self) -> usize {
        self.spare_memory
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.events == 0
    }

    pub(crate) fn len(&self) -> usize {
        self.events
    }
}

impl Drained {
    /// Hands the next event to `read`; false when there is none left.
    pub(crate) fn read_next(&mut self, read: impl FnOnce(PartitionKey, &[u8])) -> bool {
        loop {
            let Some(chunk) = self.chunks.last() else {
                return false;
            };
            let Some((context, event)) = chunk.get(self.at..).and_then(split_first) else {
                self.next_chunk();
                continue;
            };
            // Before foreign code runs: whatever becomes of it, no event is read twice.
            self.at += HEADER_BYTES + event.len();
            self.events = self.events.saturating_sub(1);
            if let Some(context) = self.contexts.get(context) {
                read(context, event);
            }
            return true;
        }
    }

    fn next_chunk(&mut self) {
        self.at = 0;
        let Some(mut chunk) = self.chunks.pop() else {
            return;
        };
        if chunk.capacity() <= self.reuse_budget && self.read.try_reserve(1).is_ok() {
            self.reuse_budget -= chunk.capacity();
            chunk.clear();
            self.read.push(chunk);
        }
    }

    /// Events not read yet.
    pub(crate) fn len(&self) -> usize {
        self.events
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// Bytes of memory in use.
    pub(crate) fn memory(&self) -> usize {
        let chunks = self.chunks.iter().chain(&self.read);
        chunks.map(Vec::capacity).sum()
    }
}

/// The first event of a chunk's rest and the index of its context.
fn split_first(rest: &[u8]) -> Option<(usize, &[u8])> {
    let (len, rest) = rest.split_first_chunk::<4>()?;
    let (context, rest) = rest.split_first_chunk::<4>()?;
    let index = |bytes: [u8; 4]| usize::try_from(u32::from_le_bytes(bytes)).ok();
    Some((index(*context)?, rest.get(..index(*len)?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(drained: &mut Drained) -> Vec<(PartitionKey, Vec<u8>)> {
        let mut events = Vec::new();
        while drained.read_next(|context, event| events.push((context, event.to_vec()))) {}
        events
    }

    #[test]
    fn events_are_handed_over_unchanged() {
        let mut arena = Arena::new(4096);
        let mut drained = Drained::default();
        for round in 0..3_u8 {
            let mut put = Vec::new();
            for number in 0..100_u8 {
                let context = if number % 3 == 0 { "1.0" } else { "1.1" };
                let event = vec![number ^ round; usize::from(number % 17)];
                assert!(arena.push(4096, context, &event));
                put.push((context, event));
            }
            arena.drain_into(&mut drained, 1000);
            assert_eq!((arena.len(), drained.len()), (0, 100));
            assert_eq!(read_all(&mut drained), put);
            assert!(drained.is_empty() && drained.memory() <= 1000);
            arena.reclaim(&mut drained);
            assert_eq!(arena.memory(), arena.spare_memory());
        }
    }

    #[test]
    fn memory_never_exceeds_the_limit_and_is_kept_as_configured() {
        let mut arena = Arena::new(2048);
        let mut count = 0;
        while arena.push(2048, "1.0", &[b'x'; 92]) {
            count += 1;
            assert!(arena.memory() <= 2048);
        }
        // Twenty events with their headers take 2,000 bytes.
        assert!(count >= 16, "{count}");
        let mut drained = Drained::default();
        assert_eq!(arena.drain_into(&mut drained, 600), 2048);
        assert_eq!(read_all(&mut drained).len(), count);
        arena.reclaim(&mut drained);
        assert_eq!(arena.memory(), 512);
        // What is spare gives way to an event that is larger than any chunk.
        assert!(arena.push(1024, "1.0", &[b'y'; 1000]));
        assert_eq!(arena.memory(), 1008);
    }

    #[test]
    fn a_read_that_panics_costs_one_event() {
        let mut arena = Arena::new(4096);
        let mut drained = Drained::default();
        for number in 0..3 {
            assert!(arena.push(4096, "1.0", &[number]));
        }
        arena.drain_into(&mut drained, 0);
        let panicking = std::panic::AssertUnwindSafe(|| {
            drained.read_next(|_, _| std::panic::resume_unwind(Box::new("scripted")))
        });
        assert!(std::panic::catch_unwind(panicking).is_err());
        assert!(arena.push(4096, "1.0", &[3]));
        arena.drain_into(&mut drained, 0);
        let events: Vec<_> = read_all(&mut drained).into_iter().map(|e| e.1[0]).collect();
        assert_eq!(events, [1, 2, 3]);
    }
}
