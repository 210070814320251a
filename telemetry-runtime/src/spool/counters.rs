//! Counts of the events that a spool stored, found or removed, and of its faults.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        #[derive(Debug, Default)]
        pub(super) struct Counters {
            $(pub(super) $name: Counter,)*
        }

        /// The counts at one moment.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub(crate) struct Snapshot {
            $($(#[$doc])* pub(crate) $name: u64,)*
        }

        impl Counters {
            pub(super) fn snapshot(&self) -> Snapshot {
                Snapshot { $($name: self.$name.get(),)* }
            }
        }
    };
}

counters! {
    /// Events that were stored.
    stored,
    /// Events in memory only, because another thread was writing.
    busy,
    /// Events in memory only, because the spool was full, or the disk failed or was slow.
    paused,
    /// Events in memory only, because they are larger than a segment.
    too_large,
    /// Events that were adopted from other processes.
    adopted,
    /// Events that were removed because of their age.
    expired,
    /// Events that were removed because the spool was full.
    evicted,
    /// Files with an invalid header.
    bad,
    /// Files of another version that were removed, whose events are not known.
    unknown,
    /// Segments of this process that were removed, replaced or shortened by others.
    lost,
    /// Errors of the file system.
    errors,
    /// Writes that took too long.
    slow,
}

#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    pub(super) fn add(&self, events: u64) {
        self.0.fetch_add(events, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
