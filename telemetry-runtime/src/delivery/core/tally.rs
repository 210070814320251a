//! The sum of the open batches of a partition.

use super::{key::PartitionKey, open::Amount};

/// The open batches of one partition in all shards, as far as they were counted.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) key: PartitionKey,
    pub(super) batches: usize,
    pub(super) sum: Amount,
    /// They are being taken.
    pub(super) wanted: bool,
}

impl Tally {
    pub(super) const fn new(key: PartitionKey) -> Self {
        Self {
            key,
            batches: 0,
            sum: Amount {
                events: 0,
                bytes: 0,
            },
            wanted: false,
        }
    }
}
