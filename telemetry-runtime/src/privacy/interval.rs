//! The interval of a heartbeat, as an environment variable gives it.
//!
//! A person's typing error must neither stop a host nor make it send without a pause: what is no
//! positive number is the default.

use std::time::Duration;

use crate::util::unicode;

/// Shortest pause that [`interval`] gives.
const SHORTEST: Duration = Duration::from_millis(1);

/// The interval in `value`, in seconds; `default` when there is none or it is no positive number.
///
/// At least a millisecond and at most [`Duration::MAX`], which is also what `inf` gives.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::privacy::interval;
///
/// let default = Duration::from_secs(600);
/// assert_eq!(interval(Some("60.5"), default), Duration::from_millis(60_500));
/// assert_eq!(interval(Some("inf"), default), Duration::MAX);
/// assert_eq!(interval(Some("1e-300"), default), Duration::from_millis(1));
/// for unusable in [None, Some(""), Some("10m"), Some("0"), Some("-1"), Some("nan")] {
///     assert_eq!(interval(unusable, default), default);
/// }
/// ```
#[must_use]
pub fn interval(value: Option<&str>, default: Duration) -> Duration {
    let seconds = interval_seconds(value, default.as_secs_f64());
    if seconds.is_nan() {
        return default;
    }
    Duration::try_from_secs_f64(seconds)
        .unwrap_or(Duration::MAX)
        .max(SHORTEST)
}

/// The number of seconds that the originals read in `value`: `default` when there is none, it is no
/// number, or it is not positive.
///
/// A number is what they take for one: digits of any script, `_` between digits, an exponent, white
/// space around it; `inf` and `nan` too. [`interval`] makes a usable pause of it.
///
/// ```
/// use telemetry_runtime::privacy::interval_seconds;
///
/// assert_eq!(interval_seconds(Some(" 1_000 "), 600.0), 1000.0);
/// assert_eq!(interval_seconds(Some("1e3"), 600.0), 1000.0);
/// assert_eq!(interval_seconds(Some("१२"), 600.0), 12.0);
/// assert_eq!(interval_seconds(Some("0x10"), 600.0), 600.0);
/// ```
#[must_use]
pub fn interval_seconds(value: Option<&str>, default: f64) -> f64 {
    match value.and_then(parse) {
        Some(seconds) if seconds > 0.0 || seconds.is_nan() => seconds,
        _ => default,
    }
}

fn parse(text: &str) -> Option<f64> {
    let text = text.trim_matches(is_number_space);
    let mut number = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    let mut after_digit = false;
    while let Some(character) = characters.next() {
        if let Some(digit) = unicode::digit(character) {
            number.push(char::from_digit(digit, 10)?);
            after_digit = true;
            continue;
        }
        if character == '_' {
            let before_digit = characters
                .peek()
                .is_some_and(|next| unicode::digit(*next).is_some());
            if !(after_digit && before_digit) {
                return None;
            }
        } else {
            number.push(character);
        }
        after_digit = false;
    }
    number.parse().ok()
}

/// White space around a number: of ASCII only what C calls space.
fn is_number_space(character: char) -> bool {
    if character.is_ascii() {
        matches!(character, ' ' | '\t'..='\r')
    } else {
        character.is_whitespace()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<f64> {
        let seconds = interval_seconds(Some(text), -1.0);
        (seconds > 0.0).then_some(seconds)
    }

    #[test]
    fn underscores_stand_between_digits() {
        assert_eq!(read("1_0"), Some(10.0));
        assert_eq!(read("1_0.2_5e0_1"), Some(102.5));
        for text in ["_1", "1_", "1__0", "1_.5", "1._5", "1e_1", "1_e1"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn spaces_around_a_number_are_those_of_c_and_of_unicode() {
        assert_eq!(read("\u{b}30\u{c}\r\n"), Some(30.0));
        assert_eq!(read("\u{3000}30\u{85}"), Some(30.0));
        for text in ["\u{1c}30", "30\u{1f}", "3 0", "\u{200b}30"] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    #[test]
    fn infinities_are_numbers() {
        assert_eq!(read("1e400"), Some(f64::INFINITY));
        assert_eq!(read("+Infinity"), Some(f64::INFINITY));
        assert_eq!(read("-1e400"), None);
        assert!(interval_seconds(Some("NaN"), 600.0).is_nan());
    }
}
