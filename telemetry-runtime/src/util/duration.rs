//! The bounds of durations.

use std::time::Duration;

/// 10 years. Longer durations mean "never"; the bound keeps sums of durations representable.
pub(crate) const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// The shortest interval of a heartbeat or a summary: a typing error must not flood the collector.
pub(crate) const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);
