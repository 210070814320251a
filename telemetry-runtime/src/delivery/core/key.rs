//! The key of a partition.

/// The schema version, which an envelope has one of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PartitionKey(&'static str);

impl PartitionKey {
    pub(crate) const fn new(schema_version: &'static str) -> Self {
        Self(schema_version)
    }

    pub(crate) const fn schema_version(self) -> &'static str {
        self.0
    }

    /// Equality that usually compares addresses only: most calls pass the same constant.
    pub(crate) fn is_same(self, other: Self) -> bool {
        std::ptr::eq(self.0, other.0) || self == other
    }
}
