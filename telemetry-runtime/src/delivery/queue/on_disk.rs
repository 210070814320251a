//! Events that are held on disk only, because they did not fit into the memory of the queue.
//!
//! **Invariants.** They are accepted and held. The worker reads them back while half of the memory is free.

use std::collections::BTreeMap;

use crate::{
    delivery::core::key::PartitionKey,
    spool::ranges::{Range, Ranges},
};

#[derive(Debug, Default)]
pub(super) struct OnDisk {
    /// By the number of the segment: the oldest one is first.
    segments: BTreeMap<u32, (PartitionKey, Ranges)>,
    /// The number of events.
    pub(super) events: u64,
}

/// Events of one segment that the worker reads back.
#[derive(Debug)]
pub(crate) struct OnDiskPart {
    pub(crate) segment: u32,
    pub(crate) key: PartitionKey,
    pub(crate) numbers: Ranges,
}

impl OnDisk {
    pub(super) fn add(&mut self, key: PartitionKey, segment: u32, range: Range) {
        let (_, numbers) = self
            .segments
            .entry(segment)
            .or_insert_with(|| (key, Ranges::default()));
        let before = numbers.count();
        numbers.insert(range);
        self.events += numbers.count() - before;
    }

    /// Removes the events of the oldest segment.
    pub(super) fn pop(&mut self) -> Option<OnDiskPart> {
        let (segment, (key, numbers)) = self.segments.pop_first()?;
        self.events -= numbers.count();
        Some(OnDiskPart {
            segment,
            key,
            numbers,
        })
    }
}
