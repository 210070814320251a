//! The mean of counts, which may leave where the counts themselves may not.

use super::buckets::IntoCount;
use crate::event::values::Count;

/// The mean of `counts`, cut to a whole number; [`Count::UNKNOWN`] (-1) when there are none.
///
/// A negative count counts as zero. A sum beyond every integer type stops growing, so a mean is never
/// an error.
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
