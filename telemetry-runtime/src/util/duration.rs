//! The upper bound of durations.

use std::time::Duration;

/// 10 years. Longer durations mean "never"; the bound keeps sums of durations representable.
pub(crate) const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 3600);
