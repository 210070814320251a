//! Schema versions: pairs of whole numbers.

use std::{fmt, str::FromStr};

/// A schema version `MAJOR.MINOR`, such as `1.9`. Versions compare as pairs of numbers: 1.10 is later than
/// 1.9.
///
/// ```
/// use telemetry_tool::version::Version;
///
/// let old: Version = "1.9".parse().unwrap();
/// let new: Version = "1.10".parse().unwrap();
/// assert!(old < new);
/// assert!("1.9.0".parse::<Version>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// Rises with a change that breaks readers.
    pub major: u16,
    /// Rises with every other change that needs a version.
    pub minor: u16,
}

/// The text is not `MAJOR.MINOR` with two numbers from 0 to 65535.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidVersion;

impl fmt::Display for InvalidVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a version is `MAJOR.MINOR`, two numbers from 0 to 65535 without leading zeros")
    }
}

impl std::error::Error for InvalidVersion {}

impl FromStr for Version {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        let (major, minor) = text.split_once('.').ok_or(InvalidVersion)?;
        Ok(Self {
            major: number(major)?,
            minor: number(minor)?,
        })
    }
}

fn number(text: &str) -> Result<u16, InvalidVersion> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let leads = text.len() > 1 && text.starts_with('0');
    if leads || !is_number {
        return Err(InvalidVersion);
    }
    text.parse().map_err(|_| InvalidVersion)
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_pairs_of_numbers() {
        let version = |text: &str| text.parse::<Version>().ok();
        assert!(version("1.9") < version("1.10"));
        assert!(version("1.12") < version("2.0"));
        let zero = version("0.0").map(|it| it.to_string());
        assert_eq!(zero.as_deref(), Some("0.0"));
        for text in [
            "", "1", "1.", ".1", "1.9.0", "v1.9", "1.09", "1.-1", "1.+1", "1. 9", "1.65536",
        ] {
            assert_eq!(version(text), None, "{text:?}");
        }
    }
}
