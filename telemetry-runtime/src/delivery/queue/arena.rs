//! The byte arena: encoded events in chunks of memory.
//!
//! A chunk holds events one after the other, each after a header with its length and its partition.
//! The worker takes all chunks at once, reads them one by one and returns those that it may keep. It
//! frees the others as soon as they are read, so that at most one chunk is held twice.
//!
//! **Invariants.** Adding an event must never abort when memory is exhausted, and must never exceed
//! the limit. The limit counts capacities, not lengths.

use crate::delivery::core::partition::PartitionKey;

/// Length and partition, four bytes each.
const HEADER_BYTES: usize = 8;

/// The largest chunk, except for one that holds a single larger event.
const MAX_CHUNK_BYTES: usize = 64 * 1024;
const MIN_CHUNK_BYTES: usize = 256;

type Chunk = Vec<u8>;

/// The chunks that hold events, and empty ones.
#[derive(Debug)]
pub(crate) struct Arena {
    chunks: Vec<Chunk>,
    spare: Vec<Chunk>,
    partitions: Vec<PartitionKey>,
    chunk_bytes: usize,
    /// Capacity of the chunks, including the spare ones.
    memory: usize,
    spare_memory: usize,
    events: usize,
    bytes: usize,
}

/// The chunks that the worker reads.
#[derive(Debug, Default)]
pub(crate) struct Drained {
    /// In reverse order: the last chunk is read next.
    chunks: Vec<Chunk>,
    /// Where the next event starts in the last chunk.
    at: usize,
    events: usize,
    partitions: Vec<PartitionKey>,
    /// Read chunks to return to the arena.
    read: Vec<Chunk>,
    /// Bytes of further read chunks that are kept instead of freed.
    reuse_budget: usize,
}

impl Arena {
    /// An empty arena for at most `max_bytes`.
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self {
            chunks: Vec::new(),
            spare: Vec::new(),
            partitions: Vec::new(),
            chunk_bytes: (max_bytes / 8).clamp(MIN_CHUNK_BYTES, MAX_CHUNK_BYTES),
            memory: 0,
            spare_memory: 0,
            events: 0,
            bytes: 0,
        }
    }

    /// Adds an event. False if that would exceed `limit` bytes of memory, or if the allocation fails.
    pub(crate) fn push(&mut self, limit: usize, partition: PartitionKey, event: &[u8]) -> bool {
        let bytes = HEADER_BYTES + event.len();
        let has_room = |chunk: &Chunk| chunk.capacity() - chunk.len() >= bytes;
        if !self.chunks.last().is_some_and(has_room) && !self.add_chunk(limit, bytes) {
            return false;
        }
        let (Some(partition), Ok(len)) =
            (self.partition_index(partition), u32::try_from(event.len()))
        else {
            return false;
        };
        let Some(chunk) = self.chunks.last_mut() else {
            return false;
        };
        let header = [len.to_le_bytes(), partition.to_le_bytes()];
        chunk.extend_from_slice(header.as_flattened());
        chunk.extend_from_slice(event);
        self.events += 1;
        self.bytes += event.len();
        true
    }

    fn partition_index(&mut self, key: PartitionKey) -> Option<u32> {
        let is_same = |known: &PartitionKey| known.is_same(key);
        let known = self.partitions.iter().position(is_same);
        if known.is_none() {
            self.partitions.try_reserve(1).ok()?;
            self.partitions.push(key);
        }
        u32::try_from(known.unwrap_or(self.partitions.len() - 1)).ok()
    }

    /// Appends a chunk with room for `bytes`.
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

    /// Frees the spare chunks.
    pub(crate) fn free_spare(&mut self) {
        self.spare.clear();
        self.memory -= self.spare_memory;
        self.spare_memory = 0;
    }

    /// Moves all chunks to `drained`, which keeps at most `reuse_budget` bytes of them for
    /// [`reclaim`](Self::reclaim). Returns the capacity of the moved chunks.
    pub(crate) fn drain_into(&mut self, drained: &mut Drained, reuse_budget: usize) -> usize {
        let memory = self.memory - self.spare_memory;
        if drained.chunks.is_empty() {
            std::mem::swap(&mut self.chunks, &mut drained.chunks);
            drained.chunks.reverse();
        } else {
            // Chunks left after a panic hold older events, which come first.
            drained.chunks.splice(0..0, self.chunks.drain(..).rev());
        }
        let known = drained.partitions.len();
        drained
            .partitions
            .extend(self.partitions.iter().skip(known));
        drained.events += self.events;
        drained.reuse_budget = reuse_budget;
        self.memory = self.spare_memory;
        self.events = 0;
        self.bytes = 0;
        memory
    }

    /// Takes back the read chunks that were kept.
    pub(crate) fn reclaim(&mut self, drained: &mut Drained) {
        let memory = drained.read.iter().map(Vec::capacity).sum::<usize>();
        self.memory += memory;
        self.spare_memory += memory;
        self.spare.append(&mut drained.read);
    }

    /// Removes all events and frees all chunks.
    pub(crate) fn clear(&mut self) {
        *self = Self {
            chunk_bytes: self.chunk_bytes,
            ..Self::new(0)
        };
    }

    /// Bytes of the events, without headers.
    pub(crate) fn byte_len(&self) -> usize {
        self.bytes
    }

    /// Bytes of allocated memory, including spare chunks.
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
    /// Passes the next event to `read`; false if none is left.
    pub(crate) fn read_next(&mut self, read: impl FnOnce(PartitionKey, &[u8])) -> bool {
        loop {
            let Some(chunk) = self.chunks.last() else {
                return false;
            };
            let Some((partition, event)) = chunk.get(self.at..).and_then(split_first) else {
                self.next_chunk();
                continue;
            };
            // Before `read` runs, which may panic: no event must be read twice.
            self.at += HEADER_BYTES + event.len();
            self.events = self.events.saturating_sub(1);
            if let Some(partition) = self.partitions.get(partition) {
                read(*partition, event);
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

    /// Bytes of allocated memory.
    pub(crate) fn memory(&self) -> usize {
        let chunks = self.chunks.iter().chain(&self.read);
        chunks.map(Vec::capacity).sum()
    }
}

/// Splits the first event from the rest of a chunk: the index of its partition and its bytes.
fn split_first(rest: &[u8]) -> Option<(usize, &[u8])> {
    let (len, rest) = rest.split_first_chunk::<4>()?;
    let (partition, rest) = rest.split_first_chunk::<4>()?;
    let index = |bytes: [u8; 4]| usize::try_from(u32::from_le_bytes(bytes)).ok();
    Some((index(*partition)?, rest.get(..index(*len)?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: PartitionKey = PartitionKey::new("1.0");

    fn read_all(drained: &mut Drained) -> Vec<(PartitionKey, Vec<u8>)> {
        let mut events = Vec::new();
        while drained.read_next(|partition, event| events.push((partition, event.to_vec()))) {}
        events
    }

    #[test]
    fn events_are_handed_over_unchanged() {
        let mut arena = Arena::new(4096);
        let mut drained = Drained::default();
        for round in 0..3_u8 {
            let mut put = Vec::new();
            for number in 0..100_u8 {
                let key = PartitionKey::new(if number % 3 == 0 { "1.0" } else { "1.1" });
                let event = vec![number ^ round; usize::from(number % 17)];
                assert!(arena.push(4096, key, &event));
                put.push((key, event));
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
        while arena.push(2048, KEY, &[b'x'; 92]) {
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
        // Spare chunks are freed for an event that is larger than any chunk.
        assert!(arena.push(1024, KEY, &[b'y'; 1000]));
        assert_eq!(arena.memory(), 1008);
    }

    #[test]
    fn a_panic_while_reading_loses_one_event() {
        let mut arena = Arena::new(4096);
        let mut drained = Drained::default();
        for number in 0..3 {
            assert!(arena.push(4096, KEY, &[number]));
        }
        arena.drain_into(&mut drained, 0);
        let panicking = std::panic::AssertUnwindSafe(|| {
            drained.read_next(|_, _| std::panic::resume_unwind(Box::new("scripted")))
        });
        assert!(std::panic::catch_unwind(panicking).is_err());
        assert!(arena.push(4096, KEY, &[3]));
        arena.drain_into(&mut drained, 0);
        let events: Vec<_> = read_all(&mut drained).into_iter().map(|e| e.1[0]).collect();
        assert_eq!(events, [1, 2, 3]);
    }
}
