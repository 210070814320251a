//! Bounds of durations.

use std::time::Duration;

/// Longer times mean "never"; the bound keeps sums of them representable.
pub(crate) const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 3600);
