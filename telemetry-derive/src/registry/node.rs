//! A value of a JSON document with the key and the offsets that errors need.

use std::fmt::Display;

use super::json::{Json, Member, Value};

/// A value with its key. An item of a list has the key of the list.
#[derive(Clone, Copy)]
pub(crate) struct Node<'j> {
    json: &'j Json,
    key: &'j str,
    key_at: usize,
}

/// A mistake in the structure of a document, with its offset.
#[derive(Debug, PartialEq)]
pub(crate) struct ShapeError {
    pub(crate) text: String,
    pub(crate) at: usize,
}

impl<'j> Node<'j> {
    pub(crate) fn root(json: &'j Json) -> Self {
        Self {
            json,
            key: "",
            key_at: json.at,
        }
    }

    fn of(member: &'j Member) -> Self {
        steps::count();
        Self {
            json: &member.value,
            key: &member.key,
            key_at: member.at,
        }
    }

    /// The key of the value.
    pub(crate) fn key(self) -> &'j str {
        self.key
    }

    /// An error at the value.
    pub(crate) fn error(self, text: impl Display) -> ShapeError {
        ShapeError {
            text: text.to_string(),
            at: self.json.at,
        }
    }

    /// An error at the key.
    pub(crate) fn key_error(self, text: impl Display) -> ShapeError {
        ShapeError {
            text: text.to_string(),
            at: self.key_at,
        }
    }

    fn expected<T>(self, what: &str) -> Result<T, ShapeError> {
        Err(match self.key {
            "" => self.error(format_args!("expected {what}")),
            key => self.error(format_args!("expected {what} for `{key}`")),
        })
    }

    /// The members of an object.
    pub(crate) fn members(self) -> Result<impl Iterator<Item = (&'j str, Self)>, ShapeError> {
        match &self.json.value {
            Value::Object(object) => Ok(object
                .members
                .iter()
                .map(|member| (member.key.as_str(), Self::of(member)))),
            _ => self.expected("an object"),
        }
    }

    /// The member with this key, if the object has it.
    pub(crate) fn find(self, key: &str) -> Result<Option<Self>, ShapeError> {
        match &self.json.value {
            Value::Object(object) => Ok(object.get(key).map(Self::of)),
            _ => self.expected("an object"),
        }
    }

    /// The member with this key.
    pub(crate) fn get(self, key: &str) -> Result<Self, ShapeError> {
        match self.find(key)? {
            Some(member) => Ok(member),
            None => Err(match self.key {
                "" => self.error(format_args!("expected key `{key}`")),
                parent => self.error(format_args!("expected key `{key}` in `{parent}`")),
            }),
        }
    }

    /// The items of a list.
    pub(crate) fn items(self) -> Result<impl Iterator<Item = Self>, ShapeError> {
        match &self.json.value {
            Value::List(items) => Ok(items.iter().map(move |json| {
                steps::count();
                Self {
                    json,
                    key: self.key,
                    key_at: json.at,
                }
            })),
            _ => self.expected("a list"),
        }
    }

    pub(crate) fn text(self) -> Result<&'j str, ShapeError> {
        match &self.json.value {
            Value::Text(text) => Ok(text),
            _ => self.expected("text"),
        }
    }

    /// Text; `None` for a value that allows null: `null`, `"null"` or a list with one of them.
    pub(crate) fn text_or_null(self) -> Result<Option<&'j str>, ShapeError> {
        let is_null = |json: &Json| match &json.value {
            Value::Null => true,
            Value::Text(text) => text == "null",
            _ => false,
        };
        match &self.json.value {
            Value::Null => Ok(None),
            Value::Text(text) if self.key == "type" && text == "null" => Ok(None),
            Value::List(items) if items.iter().any(is_null) => Ok(None),
            _ => self.text().map(Some),
        }
    }

    pub(crate) fn boolean(self) -> Result<bool, ShapeError> {
        match self.json.value {
            Value::Bool(value) => Ok(value),
            _ => self.expected("`true` or `false`"),
        }
    }

    pub(crate) fn number(self) -> Result<f64, ShapeError> {
        match self.json.value {
            Value::Number(number) => Ok(number),
            _ => self.expected("a number"),
        }
    }
}

/// Counts the values that are visited, so that a test can compare the work for two documents.
pub(super) mod steps {
    #[cfg(test)]
    use std::cell::Cell;

    #[cfg(test)]
    thread_local!(static COUNT: Cell<usize> = const { Cell::new(0) });

    pub(super) fn count() {
        #[cfg(test)]
        COUNT.set(COUNT.get() + 1);
    }

    /// The number of values that `work` visits.
    #[cfg(test)]
    pub(in crate::registry) fn of(work: impl FnOnce()) -> usize {
        let before = COUNT.get();
        work();
        COUNT.get() - before
    }
}
