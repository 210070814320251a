//! The interval of a heartbeat, as an environment variable specifies it.
//!
//! A typing error must neither stop a host nor make it send without a pause: text that is not a
//! positive number gives the default.

use std::time::Duration;

/// Shortest pause that [`interval`] gives.
const SHORTEST: Duration = Duration::from_millis(1);

/// The interval in `value`, in seconds; `default` when there is none or it is not a finite, positive
/// number as Rust writes it, with ASCII white space around it.
///
/// At least a millisecond and at most [`Duration::MAX`].
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::privacy::interval;
///
/// let default = Duration::from_secs(600);
/// assert_eq!(interval(Some(" 60.5 "), default), Duration::from_millis(60_500));
/// assert_eq!(interval(Some("1e3"), default), Duration::from_secs(1000));
/// assert_eq!(interval(Some("1e-300"), default), Duration::from_millis(1));
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
            .max(SHORTEST),
        None => default,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_too_large_for_a_duration_is_the_longest() {
        assert_eq!(interval(Some("1e22"), Duration::ZERO), Duration::MAX);
    }

    #[test]
    fn other_spaces_digits_and_separators_give_the_default() {
        for text in ["\u{a0}30", "\u{1c}30", "1_000", "१२", "1e400", "-inf"] {
            let given = interval(Some(text), Duration::MAX);
            assert_eq!(given, Duration::MAX, "{text:?}");
        }
    }
}
