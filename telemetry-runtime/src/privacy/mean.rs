//! The mean of counts, for values that must not be sent individually.

use super::buckets::IntoCount;
use crate::event::values::Count;

/// The mean of `counts`, rounded down; [`Count::UNKNOWN`] (-1) without counts.
///
/// A negative count becomes zero. The sum saturates, so that the mean never fails.
///
/// ```
/// use telemetry_runtime::{Count, privacy::mean};
///
/// assert_eq!(mean([1, 2, 2]).get(), 1);
/// assert_eq!(mean([u64::MAX, u64::MAX]).get(), i64::MAX);
/// assert_eq!(mean([0_usize; 0]), Count::UNKNOWN);
/// ```
#[must_use]
pub fn mean<Q: IntoCount>(counts: impl IntoIterator<Item = Q>) -> Count {
    let (sum, number) = counts
        .into_iter()
        .fold((0_u128, 0_u128), |(sum, number), count| {
            (sum.saturating_add(count.count().into()), number + 1)
        });
    sum.checked_div(number).map_or(Count::UNKNOWN, Count::from)
}
