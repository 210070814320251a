//! Times, allocations and their statistics.

pub(crate) mod alloc;
pub(crate) mod clock;
pub(crate) mod stats;
