//! Single values of a narrow shape: labels of the program, versions, sessions, counts.
//!
//! Text is taken only in a shape that leaves no room for a path, an address or a sentence; anything
//! else becomes the sentinel, never an error.

use std::{borrow::Cow, fmt};

use super::{
    descriptor::FieldType,
    field::{ClosedField, HasDefault, HasSentinel, RangedField, TelemetryField, TextField},
    visitor::{FieldVisitor, Key},
};

const UNDEFINED: &str = "undefined";

/// Text that is written in the program.
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
/// Such a text can be a name as well, so a field of this type is listed as free text, with its shape
/// as the reason. A version that the program is built with is a [`Label`].
///
/// ```
/// use telemetry_runtime::Version;
///
/// assert_eq!(Version::new("3.13.7").as_str(), "3.13.7");
/// assert_eq!(Version::new("/usr/bin/python3").as_str(), "undefined");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(Cow<'static, str>);

impl Version {
    /// Longest version in characters.
    pub const MAX_LEN: usize = 64;

    /// The version that reads `text`, else "undefined".
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut other_characters = text.bytes().filter(|byte| !is_version_byte(*byte));
        if (1..=Self::MAX_LEN).contains(&text.len()) && other_characters.next().is_none() {
            Self(Cow::Owned(text.to_owned()))
        } else {
            Self(Cow::Borrowed(UNDEFINED))
        }
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

/// The id of one run of a program: random, never stored, never derived from the machine.
///
/// ```
/// use telemetry_runtime::SessionId;
///
/// assert_ne!(SessionId::random(), SessionId::random());
/// assert_eq!(SessionId::new("ci-42").as_str(), "ci-42");
/// assert_eq!(SessionId::new("alice@example.com").as_str(), "undefined");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(Cow<'static, str>);

impl SessionId {
    /// Longest id in characters.
    pub const MAX_LEN: usize = 128;

    /// A new random id (UUID version 4).
    #[must_use]
    pub fn random() -> Self {
        Self(Cow::Owned(uuid::Uuid::new_v4().to_string()))
    }

    /// The id that reads `text`: 1 to 128 characters of `0-9 A-Z a-z . _ -`, else "undefined".
    #[must_use]
    pub fn new(text: &str) -> Self {
        let fits = (1..=Self::MAX_LEN).contains(&text.len());
        let plain = |byte| is_version_byte(byte) && byte != b'+';
        if fits && text.bytes().all(plain) {
            Self(Cow::Owned(text.to_owned()))
        } else {
            Self(Cow::Borrowed(UNDEFINED))
        }
    }

    /// The same id with `prefix` in front, where that still is a session id.
    #[must_use]
    pub fn with_prefix(self, prefix: &str) -> Self {
        match Self::new(&format!("{prefix}{self}")) {
            prefixed if prefixed.0 == UNDEFINED => self,
            prefixed => prefixed,
        }
    }

    /// The text on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for SessionId {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for SessionId {
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

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
    Version: Version::new, Some("up to 64 letters, digits and .+_-, for a version");
    SessionId: SessionId::new, Some("up to 128 letters, digits and ._-, for the id of a run");
}

/// A count of any size: what does not fit the wire integer is the greatest one that does.
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
            assert_eq!(Version::new(text), Version::sentinel(), "{text}");
        }
        assert_eq!(
            Version::new("1.2.3-rc.1+build_7").as_str(),
            "1.2.3-rc.1+build_7"
        );
        assert_eq!(Version::new(&"1".repeat(64)).as_str().len(), 64);
        for text in ["", "a+b", "a b", &"1".repeat(129)] {
            assert_eq!(SessionId::new(text), SessionId::sentinel(), "{text}");
        }
        assert_eq!(SessionId::new(&"1".repeat(128)).as_str().len(), 128);
    }

    #[test]
    fn a_random_session_is_a_version_4_uuid() {
        let session = SessionId::random();
        assert_eq!(session.as_str().len(), 36);
        assert_eq!(session.as_str().as_bytes().get(14), Some(&b'4'));
        assert_eq!(SessionId::new(session.as_str()), session);
    }

    #[test]
    fn counts_saturate() {
        assert_eq!(Count::from(usize::MAX).get(), i64::MAX);
        assert_eq!(Count::from(0_u64).get(), 0);
        assert_eq!(Count::from_default(0), Count::from(0_u8));
        assert_eq!(Count::sentinel().to_wire(), -1);
    }
}
