//! YAML 1.1 as PyYAML's `safe_load` reads it, on top of a parser that speaks YAML 1.2.
//!
//! The grammar is `saphyr-parser`'s. What differs between the two versions is what a scalar
//! *means*, and that is decided here: [`scalar`] says which plain scalars are booleans, numbers and
//! dates; [`tree`] makes values of events, with `<<` merged, the last of equal keys kept and aliases
//! expanded under a budget, so that no file can make its reader fill the memory of the host.

mod scalar;
mod tree;

use std::collections::BTreeMap;
use std::fmt;

pub(crate) use tree::parse;

/// A YAML value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Value>),
    Map(Mapping),
    /// A date, a set, binary data: nothing that a field of a configuration can hold.
    Other(&'static str),
}

/// A key: only text names a field, but `on: 1` is valid YAML too.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Text(String),
    Other(String),
}

/// A mapping, without the order of its keys: nothing that is reported depends on it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Mapping(BTreeMap<Key, Value>);

impl Mapping {
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(&Key::from(name))
    }

    pub(crate) fn insert(&mut self, key: Key, value: Value) {
        self.0.insert(key, value);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Key, &Value)> {
        self.0.iter()
    }
}

impl FromIterator<(Key, Value)> for Mapping {
    fn from_iter<I: IntoIterator<Item = (Key, Value)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl From<&str> for Key {
    fn from(name: &str) -> Self {
        Self::Text(name.to_owned())
    }
}

impl IntoIterator for Mapping {
    type Item = (Key, Value);
    type IntoIter = std::collections::btree_map::IntoIter<Key, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Value {
    pub(crate) fn as_map(&self) -> Option<&Mapping> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }

    pub(crate) fn as_list(&self) -> Option<&[Value]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// What Python's `bool()` says of it.
    pub(crate) fn is_truthy(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(value) => *value,
            Self::Int(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::List(items) => !items.is_empty(),
            Self::Map(map) => !map.0.is_empty(),
            Self::Other(_) => true,
        }
    }
}

/// Why a text is not the YAML that `safe_load` would accept.
#[derive(Debug)]
pub struct YamlError(String);

impl YamlError {
    fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for YamlError {}
