//! Schema versions: `MAJOR.MINOR` text, compared as two integers and never as text or as a decimal.

use super::TelemetryEvent;

/// Major and minor number.
pub type SchemaVersion = (u16, u16);

/// A value with this version was there from the beginning.
pub const FIRST: SchemaVersion = (0, 0);
/// No event has a version this late: nothing may write a value that exists since then.
pub const NEVER: SchemaVersion = (u16::MAX, u16::MAX);

/// `MAJOR.MINOR` as two integers: text and decimals would put 1.10 before 1.9.
pub(crate) const fn parse(text: &str) -> Option<SchemaVersion> {
    let mut parts: (Option<u16>, Option<u16>) = (None, None);
    let mut after_dot = false;
    let mut bytes = text.as_bytes();
    while let [byte, rest @ ..] = bytes {
        if *byte == b'.' && !after_dot {
            after_dot = true;
        } else {
            let part = if after_dot {
                &mut parts.1
            } else {
                &mut parts.0
            };
            *part = match *byte {
                b'0'..=b'9' => push_digit(*part, *byte - b'0'),
                _ => return None,
            };
            if part.is_none() {
                return None;
            }
        }
        bytes = rest;
    }
    match parts {
        (Some(major), Some(minor)) => Some((major, minor)),
        _ => None,
    }
}

const fn push_digit(number: Option<u16>, digit: u8) -> Option<u16> {
    match number {
        None => Some(digit as u16),
        // `01` and `1` would be one version with two texts.
        Some(0) => None,
        Some(number) => match number.checked_mul(10) {
            Some(tens) => tens.checked_add(digit as u16),
            None => None,
        },
    }
}

/// True when `a` comes after `b`.
#[cfg(any(test, feature = "schema"))]
pub(crate) const fn is_later(a: SchemaVersion, b: SchemaVersion) -> bool {
    a.0 > b.0 || (a.0 == b.0 && a.1 > b.1)
}

/// The version of an event, for an encoder to ask for.
pub(crate) const fn of<E: TelemetryEvent>() -> SchemaVersion {
    match parse(E::SCHEMA_VERSION) {
        Some(version) => version,
        None => FIRST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_two_integers() {
        assert_eq!(parse("1.10"), Some((1, 10)));
        assert_eq!(parse("0.0"), Some((0, 0)));
        for text in [
            "", "1", "1.", ".1", "1.9.0", "v1.9", "1.09", "01.9", "1.x", "1.65536", "+1.2",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn one_ten_comes_after_one_nine() {
        assert!(is_later((1, 10), (1, 9)) && is_later((2, 0), (1, 12)));
        assert!(!is_later((1, 9), (1, 10)) && !is_later((1, 9), (1, 9)));
    }
}
