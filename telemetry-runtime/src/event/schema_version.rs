//! Schema versions: `MAJOR.MINOR`, compared as two integers.
//!
//! **Invariants.** Versions are never compared as text or as decimals: both would sort 1.10 before
//! 1.9.

/// Version of an event's schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SchemaVersion {
    major: u16,
    minor: u16,
}

impl SchemaVersion {
    /// The version of values that have always existed.
    pub const FIRST: Self = Self::new(0, 0);
    /// Later than the version of any event. A value with this version is never written.
    pub const NEVER: Self = Self::new(u16::MAX, u16::MAX);
    /// The latest version before [`NEVER`](Self::NEVER).
    pub(crate) const LATEST: Self = Self::new(u16::MAX, u16::MAX - 1);

    /// The version `major.minor`.
    #[must_use]
    pub const fn new(major: u16, minor: u16) -> Self {
        Self { major, minor }
    }

    pub(crate) const fn parse(text: &str) -> Option<Self> {
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
            (Some(major), Some(minor)) => Some(Self { major, minor }),
            _ => None,
        }
    }

    /// `self > other`, for constants.
    pub(crate) const fn is_later_than(self, other: Self) -> bool {
        self.major > other.major || (self.major == other.major && self.minor > other.minor)
    }
}

const fn push_digit(number: Option<u16>, digit: u8) -> Option<u16> {
    match number {
        None => Some(digit as u16),
        // `01` and `1` would be one version with two spellings.
        Some(0) => None,
        Some(number) => match number.checked_mul(10) {
            Some(tens) => tens.checked_add(digit as u16),
            None => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_two_integers() {
        assert_eq!(
            SchemaVersion::parse("1.10"),
            Some(SchemaVersion::new(1, 10))
        );
        assert_eq!(SchemaVersion::parse("0.0"), Some(SchemaVersion::FIRST));
        for text in [
            "", "1", "1.", ".1", "1.9.0", "v1.9", "1.09", "01.9", "1.x", "1.65536", "+1.2",
        ] {
            assert_eq!(SchemaVersion::parse(text), None, "{text}");
        }
    }

    #[test]
    fn one_ten_comes_after_one_nine() {
        for (earlier, later) in [((1, 9), (1, 10)), ((1, 12), (2, 0))] {
            let earlier = SchemaVersion::new(earlier.0, earlier.1);
            let later = SchemaVersion::new(later.0, later.1);
            assert!(later.is_later_than(earlier) && later > earlier);
            assert!(!earlier.is_later_than(later) && !later.is_later_than(later));
        }
    }
}
