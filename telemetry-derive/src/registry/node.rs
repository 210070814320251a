//! A value of a JSON document with what errors need: its name and its place.

use std::fmt::Display;

use super::json::{Json, Value};

/// A value and the key it stands under.
#[derive(Clone, Copy)]
pub(crate) struct Node<'j> {
    json: &'j Json,
    key: &'j str,
    key_at: usize,
}

/// What is wrong with the shape of a document, and the offset where.
#[derive(Debug, PartialEq)]
pub(crate) struct Wrong {
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

    /// The key that the value stands under.
    pub(crate) fn key(self) -> &'j str {
        self.key
    }

    /// An error at the value.
    pub(crate) fn wrong(self, text: impl Display) -> Wrong {
        Wrong {
            text: text.to_string(),
            at: self.json.at,
        }
    }

    /// An error at the key.
    pub(crate) fn wrong_key(self, text: impl Display) -> Wrong {
        Wrong {
            text: text.to_string(),
            at: self.key_at,
        }
    }

    fn expected<T>(self, what: &str) -> Result<T, Wrong> {
        Err(match self.key {
            "" => self.wrong(format_args!("expected {what}")),
            key => self.wrong(format_args!("expected {what} for `{key}`")),
        })
    }

    /// The members of an object.
    pub(crate) fn members(self) -> Result<impl Iterator<Item = (&'j str, Self)>, Wrong> {
        match &self.json.value {
            Value::Object(members) => Ok(members.iter().map(|member| {
                let key = member.key.as_str();
                let node = Self {
                    json: &member.value,
                    key,
                    key_at: member.at,
                };
                (key, node)
            })),
            _ => self.expected("an object"),
        }
    }

    /// The member with this key, if the object has it.
    pub(crate) fn find(self, key: &str) -> Result<Option<Self>, Wrong> {
        let mut members = self.members()?;
        Ok(members.find(|(name, _)| *name == key).map(|(_, node)| node))
    }

    /// The member with this key.
    pub(crate) fn get(self, key: &str) -> Result<Self, Wrong> {
        match self.find(key)? {
            Some(member) => Ok(member),
            None => Err(match self.key {
                "" => self.wrong(format_args!("expected key `{key}`")),
                parent => self.wrong(format_args!("expected key `{key}` in `{parent}`")),
            }),
        }
    }

    /// The items of a list.
    pub(crate) fn items(self) -> Result<impl Iterator<Item = Self>, Wrong> {
        match &self.json.value {
            Value::List(items) => Ok(items.iter().map(move |json| Self {
                json,
                key: self.key,
                key_at: json.at,
            })),
            _ => self.expected("a list"),
        }
    }

    pub(crate) fn text(self) -> Result<&'j str, Wrong> {
        match &self.json.value {
            Value::Text(text) => Ok(text),
            _ => self.expected("text"),
        }
    }

    /// Text; `None` for what allows null: `null`, `"null"` or a list with one of them.
    pub(crate) fn text_or_null(self) -> Result<Option<&'j str>, Wrong> {
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

    pub(crate) fn boolean(self) -> Result<bool, Wrong> {
        match self.json.value {
            Value::Bool(value) => Ok(value),
            _ => self.expected("`true` or `false`"),
        }
    }

    pub(crate) fn number(self) -> Result<f64, Wrong> {
        match self.json.value {
            Value::Number(number) => Ok(number),
            _ => self.expected("a number"),
        }
    }
}
