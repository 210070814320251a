//! Which version of Colang a configuration wants and which one a file is in.

use crate::guardrails::config::error::ConfigError;
use crate::guardrails::config::yaml::{Mapping, Value};

/// A version that can be parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    V1,
    V2,
}

/// The version in a configuration: any text will do as long as there is no Colang file.
#[derive(Debug)]
pub(super) struct Wanted(String);

impl Wanted {
    pub(super) fn parser(&self) -> Result<Version, ConfigError> {
        match self.0.as_str() {
            "1.0" => Ok(Version::V1),
            "2.x" => Ok(Version::V2),
            other => Err(ConfigError::ColangVersion(other.to_owned())),
        }
    }

    pub(super) fn is_v2(&self) -> bool {
        self.0 == "2.x"
    }
}

impl Version {
    pub(super) fn wanted(config: &Mapping) -> Result<Wanted, ConfigError> {
        match config.get("colang_version") {
            None => Ok(Wanted("1.0".to_owned())),
            Some(Value::Text(version)) => Ok(Wanted(version.clone())),
            // An unquoted 1.0 is a number.
            Some(_) => Err(ConfigError::Field("/colang_version: not text".to_owned())),
        }
    }

    /// The version a file is in: 1.0 if a line begins with `define`, 2.x if none does.
    ///
    /// So files with only `def` or only shorthand flows, and empty ones, are 2.x, whatever is in
    /// them. A file of the other version is skipped without a word.
    pub(super) fn of_file(text: &str) -> Self {
        let text = without_long_strings(text);
        let defines = |line: &str| {
            let code = line.split('#').next().unwrap_or_default();
            code.trim_start().starts_with("define")
        };
        if text.split('\n').any(defines) {
            Self::V1
        } else {
            Self::V2
        }
    }
}

/// The text without `"""..."""`; an opening that is never closed stays.
fn without_long_strings(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, (_, after))) = rest
        .split_once("\"\"\"")
        .and_then(|(before, tail)| Some((before, tail.split_once("\"\"\"")?)))
    {
        kept.push_str(before);
        rest = after;
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_begins_with_define_makes_it_version_1() {
        let first = [
            "define flow x\n",
            "  define\n",
            "x\ndefined by\n",
            "\"\"\"\ndefine\n",
        ];
        for text in first {
            assert_eq!(Version::of_file(text), Version::V1, "{text:?}");
        }
        let second = [
            "",
            "def flow x\n",
            "# define\n",
            "\u{feff}define flow x\n",
            "\"\"\"\ndefine\n\"\"\"\n",
        ];
        for text in second {
            assert_eq!(Version::of_file(text), Version::V2, "{text:?}");
        }
    }
}
