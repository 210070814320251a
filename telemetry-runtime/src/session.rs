//! Session ids: what ties the events of one run together.
//!
//! A session id is made in memory and never stored, and it never holds anything about the person or
//! the machine: it is random, or what the program chose.

use std::{fmt, sync::Arc};

use crate::{
    ClosedField, FieldType, FieldVisitor, HasSentinel, TelemetryField, TextField, visit::Key,
};

/// Identifies one session: the envelope's `sessionId`.
///
/// Cheap to clone. It can also be a field of an event.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SessionId(Arc<str>);

impl SessionId {
    /// A fresh random id: a version 4 UUID in lower case with hyphens.
    #[must_use]
    pub fn random() -> Self {
        let mut text = uuid::Uuid::encode_buffer();
        let text = uuid::Uuid::new_v4().hyphenated().encode_lower(&mut text);
        Self(Arc::from(&*text))
    }

    /// The same id with `prefix` in front.
    #[must_use]
    pub fn with_prefix(self, prefix: &str) -> Self {
        if prefix.is_empty() {
            return self;
        }
        Self(format!("{prefix}{}", self.0).into())
    }

    /// The text on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for SessionId {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for SessionId {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionId({})", self.0)
    }
}

impl TelemetryField for SessionId {
    const TYPE: FieldType = FieldType::Text(None);
    fn visit<V: FieldVisitor>(&self, key: Key, visitor: &mut V) {
        visitor.text(key, &self.0);
    }
}

impl ClosedField for SessionId {}

impl TextField for SessionId {
    fn as_text(&self) -> &str {
        &self.0
    }
}

impl HasSentinel for SessionId {
    fn sentinel() -> Self {
        Self::from("undefined")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_ids_differ_and_carry_their_prefix() {
        let id = SessionId::random();
        assert_ne!(id, SessionId::random());
        assert_eq!(id.as_str().len(), 36);
        let text = id.to_string();
        assert_eq!(
            id.with_prefix("anonymizer-").as_str(),
            format!("anonymizer-{text}")
        );
    }
}
