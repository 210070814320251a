//! The rules of `--fail-on`.

use std::str::FromStr;

/// A finding with exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailOn {
    /// An event that the documents do not allow, or a request that is not an envelope.
    Invalid,
    /// Less than this percentage of the fields and values of current events occurred.
    CoverageBelow(u8),
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let percent = || text.strip_prefix("coverage<")?.trim().parse().ok();
        match (text, percent()) {
            ("invalid", _) => Ok(Self::Invalid),
            (_, Some(percent @ 1..=100)) => Ok(Self::CoverageBelow(percent)),
            _ => Err("write `invalid`, or `coverage<90` with a number from 1 to 100".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_invalid_or_a_percentage() {
        assert_eq!("invalid".parse(), Ok(FailOn::Invalid));
        assert_eq!("coverage<90".parse(), Ok(FailOn::CoverageBelow(90)));
        for wrong in [
            "",
            "Invalid",
            "coverage",
            "coverage<",
            "coverage<0",
            "coverage<101",
            "coverage>9",
        ] {
            assert!(wrong.parse::<FailOn>().is_err(), "{wrong}");
        }
    }
}
