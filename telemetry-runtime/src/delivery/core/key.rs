//! The key of a partition.

/// The schema version and the origin of events: an envelope has one of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PartitionKey {
    schema_version: &'static str,
    /// The segment of an ended process that has the events, or [`OWN`].
    segment: u32,
}

/// Events that this client recorded. No segment has this number.
const OWN: u32 = u32::MAX;

impl PartitionKey {
    /// Events that this client recorded.
    pub(crate) const fn new(schema_version: &'static str) -> Self {
        Self {
            schema_version,
            segment: OWN,
        }
    }

    /// Events of a segment that an ended process has written. Its envelope says their schema version.
    #[cfg_attr(not(feature = "spool"), allow(dead_code))]
    pub(crate) const fn adopted(segment: u32) -> Self {
        Self {
            schema_version: "",
            segment,
        }
    }

    pub(crate) const fn schema_version(self) -> &'static str {
        self.schema_version
    }

    pub(crate) const fn is_adopted(self) -> bool {
        self.segment != OWN
    }

    /// Equality of the keys of this client's events. It usually compares addresses only: most calls pass the
    /// same constant.
    pub(crate) fn is_same(self, other: Self) -> bool {
        std::ptr::eq(self.schema_version, other.schema_version) || self == other
    }
}
