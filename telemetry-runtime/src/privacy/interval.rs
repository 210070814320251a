//! The interval of a heartbeat from the value of an environment variable.
//!
//! **Invariants.** A typing error neither stops the host nor floods the collector: text that is not a
//! positive number gives the default, and no result is shorter than 1 s.

use std::time::Duration;

use crate::util::duration::SHORTEST_INTERVAL;

/// Parses `value` as seconds. Returns `default` if there is no value, or if it is not a finite
/// positive number in Rust's notation. ASCII white space around it is ignored.
///
/// The result is at least 1 s and at most [`Duration::MAX`]; only `default` may be outside of it.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::privacy::interval;
///
/// let default = Duration::from_secs(600);
/// assert_eq!(interval(Some(" 60.5 "), default), Duration::from_millis(60_500));
/// assert_eq!(interval(Some("1e3"), default), Duration::from_secs(1000));
/// assert_eq!(interval(Some("0.000001"), default), Duration::from_secs(1));
/// for unusable in [None, Some(""), Some("10m"), Some("0"), Some("-1"), Some("nan"), Some("inf")] {
///     assert_eq!(interval(unusable, default), default);
/// }
/// ```
#[must_use]
pub fn interval(value: Option<&str>, default: Duration) -> Duration {
    let seconds = value.and_then(|text| text.trim_ascii().parse::<f64>().ok());
    match seconds.filter(|seconds| seconds.is_finite() && *seconds > 0.0) {
        Some(seconds) => Duration::try_from_secs_f64(seconds)
            .unwrap_or(Duration::MAX)
            .max(SHORTEST_INTERVAL),
        None => default,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_too_large_for_a_duration_gives_the_longest_one() {
        assert_eq!(interval(Some("1e22"), Duration::ZERO), Duration::MAX);
    }

    #[test]
    fn non_ascii_spaces_and_digits_and_separators_give_the_default() {
        for text in ["\u{a0}30", "\u{1c}30", "1_000", "१२", "1e400", "-inf"] {
            let result = interval(Some(text), Duration::MAX);
            assert_eq!(result, Duration::MAX, "{text:?}");
        }
    }
}
