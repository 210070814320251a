//! Values of a narrow shape: labels of the program, versions, session ids and counts.
//!
//! **Invariants.** The shape of accepted text excludes paths, addresses and sentences.

use std::{borrow::Cow, fmt, str::FromStr};

use super::{
    descriptor::FieldType,
    field::{ClosedField, HasDefault, HasSentinel, RangedField, TelemetryField, TextField},
    visitor::{FieldVisitor, Key},
};

const UNDEFINED: &str = "undefined";

/// Text from the program's source code.
///
/// ```
/// use telemetry_runtime::Label;
///
/// const ENGINE: Label = Label("LLMRails");
/// assert_eq!(ENGINE.as_str(), "LLMRails");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(pub &'static str);

impl Label {
    /// The text on the wire.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.0
    }
}

/// A version number: 1 to 64 characters of `0-9 A-Z a-z . + _ -`.
///
/// Text of this shape may also be a name, so the privacy report lists fields of this type as free text
/// with the shape as the reason. Use a [`Label`] for a version that is known at compile time.
///
/// ```
/// use telemetry_runtime::Version;
///
/// assert_eq!(Version::parse_or_unknown("3.13.7").as_str(), "3.13.7");
/// assert_eq!(Version::parse_or_unknown("/usr/bin/python3").as_str(), "undefined");
/// assert!("/usr/bin/python3".parse::<Version>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(Cow<'static, str>);

impl Version {
    /// Maximum length in characters.
    pub const MAX_LEN: usize = 64;
    const SHAPE: &'static str = "1 to 64 characters of `0-9 A-Z a-z . + _ -`";

    /// The version with this text, or "undefined" if the text has another shape.
    #[must_use]
    pub fn parse_or_unknown(text: &str) -> Self {
        text.parse().unwrap_or(Self(Cow::Borrowed(UNDEFINED)))
    }

    fn is_valid(text: &str) -> bool {
        (1..=Self::MAX_LEN).contains(&text.len()) && text.bytes().all(is_version_byte)
    }

    /// The text on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_version_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'_' | b'-')
}

/// The id of one run of a program: 1 to 128 characters of `0-9 A-Z a-z . _ -`.
///
/// A [random](Self::random) id is never stored and never derived from the machine.
///
/// ```
/// use telemetry_runtime::SessionId;
///
/// assert_ne!(SessionId::random(), SessionId::random());
/// assert_eq!(SessionId::parse_or_unknown("ci-42").as_str(), "ci-42");
/// assert_eq!(SessionId::parse_or_unknown("alice@example.com").as_str(), "undefined");
/// assert!("alice@example.com".parse::<SessionId>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(Cow<'static, str>);

impl SessionId {
    /// Maximum length in characters.
    pub const MAX_LEN: usize = 128;
    const SHAPE: &'static str = "1 to 128 characters of `0-9 A-Z a-z . _ -`";

    /// A new random id (UUID version 4); "undefined" if the system provides no random bytes.
    #[must_use]
    pub fn random() -> Self {
        Self::try_random().unwrap_or_else(Self::undefined)
    }

    pub(crate) fn undefined() -> Self {
        Self(Cow::Borrowed(UNDEFINED))
    }

    /// As [`random`](Self::random); `None` if the system provides no random bytes.
    pub(crate) fn try_random() -> Option<Self> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).ok()?;
        let id = uuid::Builder::from_random_bytes(bytes).into_uuid();
        Some(Self(Cow::Owned(id.to_string())))
    }

    /// The id with this text if it has the form of a random one.
    pub(crate) fn from_random(text: &str) -> Option<Self> {
        let id = uuid::Uuid::try_parse(text).ok()?;
        let valid = id.get_version_num() == 4 && id.to_string() == text;
        valid.then(|| Self(Cow::Owned(text.to_owned())))
    }

    /// The random id without its prefix; `None` if the program set the id itself.
    pub(crate) fn random_part(&self) -> Option<&str> {
        let start = self.0.len().checked_sub(uuid::fmt::Hyphenated::LENGTH)?;
        let id = self.0.get(start..)?;
        Self::from_random(id).map(|_| id)
    }

    /// The id with this text, or "undefined" if the text has another shape.
    #[must_use]
    pub fn parse_or_unknown(text: &str) -> Self {
        text.parse().unwrap_or(Self(Cow::Borrowed(UNDEFINED)))
    }

    fn is_valid(text: &str) -> bool {
        let is_allowed = |byte| is_version_byte(byte) && byte != b'+';
        (1..=Self::MAX_LEN).contains(&text.len()) && text.bytes().all(is_allowed)
    }

    /// The id with `prefix` before it, or the unchanged id if the result is not a valid session id.
    #[must_use]
    pub fn with_prefix(self, prefix: &str) -> Self {
        format!("{prefix}{self}").parse().unwrap_or(self)
    }

    /// The text on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text does not have the shape of a [`Version`] or [`SessionId`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseValueError {
    shape: &'static str,
}

impl fmt::Display for ParseValueError {
    // The rejected text is not repeated: it may be personal data, and errors are often logged.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.shape)
    }
}

impl std::error::Error for ParseValueError {}

macro_rules! parsed {
    ($($ty:ty)*) => {$(
        impl FromStr for $ty {
            type Err = ParseValueError;

            fn from_str(text: &str) -> Result<Self, ParseValueError> {
                if Self::is_valid(text) {
                    Ok(Self(Cow::Owned(text.to_owned())))
                } else {
                    Err(ParseValueError { shape: Self::SHAPE })
                }
            }
        }

        impl TryFrom<&str> for $ty {
            type Error = ParseValueError;

            fn try_from(text: &str) -> Result<Self, ParseValueError> {
                text.parse()
            }
        }
    )*};
}

parsed!(Version SessionId);

macro_rules! texts {
    ($($ty:ty: $from:expr, $free_text:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl TelemetryField for $ty {
            const TYPE: FieldType = FieldType::Text(None);
            const FREE_TEXT: Option<&'static str> = $free_text;
            fn visit<V: FieldVisitor>(&self, key: Key, visitor: &mut V) {
                visitor.text(key, self.as_str());
            }
        }
        #[diagnostic::do_not_recommend]
        impl ClosedField for $ty {}
        #[diagnostic::do_not_recommend]
        impl TextField for $ty {
            fn as_text(&self) -> &str {
                self.as_str()
            }
        }
        #[diagnostic::do_not_recommend]
        impl HasSentinel for $ty {
            fn sentinel() -> Self {
                $from(UNDEFINED)
            }
        }
        #[diagnostic::do_not_recommend]
        impl HasDefault for $ty {
            type Value = &'static str;
            fn from_default(value: &'static str) -> Self {
                $from(value)
            }
        }
        impl fmt::Display for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    )*};
}

texts! {
    Label: Label, None;
    Version: Version::parse_or_unknown, Some("up to 64 letters, digits and .+_-, for a version");
    SessionId: SessionId::parse_or_unknown, Some("up to 128 letters, digits and ._-, for the id of a run");
}

/// A count of any size. A count above `i64::MAX`, the greatest wire integer, becomes `i64::MAX`.
///
/// The field type for `u64` and `usize`. Unlike them it has a sentinel, -1.
///
/// ```
/// use telemetry_runtime::Count;
///
/// assert_eq!(Count::from(vec!["a", "b"].len()).get(), 2);
/// assert_eq!(Count::from(u64::MAX).get(), i64::MAX);
/// assert_eq!(Count::UNKNOWN.get(), -1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Count(i64);

impl Count {
    /// The sentinel.
    pub const UNKNOWN: Self = Self(-1);

    /// The value on the wire.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

macro_rules! counts {
    ($($ty:ty)*) => {$(
        impl From<$ty> for Count {
            fn from(count: $ty) -> Self {
                Self(i64::try_from(count).unwrap_or(i64::MAX))
            }
        }
    )*};
}

counts!(u8 u16 u32 u64 u128 usize);

#[diagnostic::do_not_recommend]
impl TelemetryField for Count {
    const TYPE: FieldType = FieldType::Integer;

    fn visit<V: FieldVisitor>(&self, key: Key, visitor: &mut V) {
        visitor.integer(key, self.0);
    }
}

#[diagnostic::do_not_recommend]
impl ClosedField for Count {}

#[diagnostic::do_not_recommend]
impl HasSentinel for Count {
    fn sentinel() -> Self {
        Self::UNKNOWN
    }
}

#[diagnostic::do_not_recommend]
impl HasDefault for Count {
    type Value = i64;

    fn from_default(value: i64) -> Self {
        Self(value)
    }
}

#[diagnostic::do_not_recommend]
impl RangedField for Count {
    type Wire = i64;
    const SENTINEL: Option<i64> = Some(-1);

    fn to_wire(&self) -> i64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_another_shape_becomes_the_sentinel() {
        for text in ["", "1 2", "a/b", "a\\b", "~", "é", &"1".repeat(65)] {
            assert_eq!(
                Version::parse_or_unknown(text),
                Version::sentinel(),
                "{text}"
            );
            assert!(Version::try_from(text).is_err(), "{text}");
        }
        assert_eq!(
            Version::parse_or_unknown("1.2.3-rc.1+build_7").as_str(),
            "1.2.3-rc.1+build_7"
        );
        assert_eq!(
            Version::parse_or_unknown(&"1".repeat(64)).as_str().len(),
            64
        );
        for text in ["", "a+b", "a b", &"1".repeat(129)] {
            assert_eq!(
                SessionId::parse_or_unknown(text),
                SessionId::sentinel(),
                "{text}"
            );
            let error = text.parse::<SessionId>().expect_err(text).to_string();
            assert!(error.starts_with("expected 1 to 128 characters"), "{error}");
        }
        assert_eq!(
            SessionId::parse_or_unknown(&"1".repeat(128)).as_str().len(),
            128
        );
    }

    #[test]
    fn a_random_session_is_a_version_4_uuid() {
        let session = SessionId::random();
        assert_eq!(session.as_str().len(), 36);
        assert_eq!(session.as_str().as_bytes().get(14), Some(&b'4'));
        assert_eq!(SessionId::parse_or_unknown(session.as_str()), session);
    }

    #[test]
    fn only_the_form_of_a_random_id_is_one() {
        let id = "0a1b2c3d-4e5f-4a6b-8c7d-9e8f7a6b5c4d";
        let session = SessionId::from_random(id).unwrap();
        assert_eq!(session.random_part(), Some(id));
        assert_eq!(session.with_prefix("tool-").random_part(), Some(id));
        for other in [
            "",
            "alice",
            "undefined",
            "0A1B2C3D-4E5F-4A6B-8C7D-9E8F7A6B5C4D",
            "0a1b2c3d4e5f4a6b8c7d9e8f7a6b5c4d",
            "{0a1b2c3d-4e5f-4a6b-8c7d-9e8f7a6b5c4d}",
            "urn:uuid:0a1b2c3d-4e5f-4a6b-8c7d-9e8f7a6b5c4d",
            // Version 1 contains the address of the machine.
            "0a1b2c3d-4e5f-1a6b-8c7d-9e8f7a6b5c4d",
            "tool-0a1b2c3d-4e5f-4a6b-8c7d-9e8f7a6b5c4d",
        ] {
            assert_eq!(SessionId::from_random(other), None, "{other}");
        }
        assert_eq!(SessionId::parse_or_unknown("ci-42").random_part(), None);
    }

    #[test]
    fn counts_saturate() {
        assert_eq!(Count::from(usize::MAX).get(), i64::MAX);
        assert_eq!(Count::from(0_u64).get(), 0);
        assert_eq!(Count::from_default(0), Count::from(0_u8));
        assert_eq!(Count::sentinel().to_wire(), -1);
    }
}
