//! Reads the wire value of a field as data.

use std::borrow::Cow;

use super::TelemetryField;
use crate::event::{
    descriptor::Sentinel,
    schema_version::SchemaVersion,
    visitor::{FieldVisitor, Key, Object, Sealed, unquote},
};

/// The wire value of a sentinel.
pub fn wire_value<T: TelemetryField>(value: &T) -> Sentinel {
    let mut capture = Capture::new();
    value.visit("", &mut capture);
    capture.0
}

struct Capture(Sentinel);

impl Capture {
    /// Without a value. A field type that passes none to the visitor violates its contract. Its text is
    /// empty.
    fn new() -> Self {
        Self(Sentinel::Text(Cow::Borrowed("")))
    }
}

impl Sealed for Capture {}

impl FieldVisitor for Capture {
    fn boolean(&mut self, _: Key, value: bool) {
        self.0 = Sentinel::Boolean(value);
    }
    fn integer(&mut self, _: Key, value: i64) {
        self.0 = Sentinel::Integer(value);
    }
    fn number(&mut self, _: Key, value: f64) {
        self.0 = Sentinel::Number(value);
    }
    fn text(&mut self, _: Key, value: &str) {
        self.0 = Sentinel::Text(Cow::Owned(value.to_owned()));
    }
    fn quoted(&mut self, _: Key, value: &'static str) {
        self.0 = Sentinel::Text(Cow::Borrowed(unquote(value)));
    }
    fn list<'i>(&mut self, _: Key, items: impl Iterator<Item = &'i str>) {
        let mut texts = Vec::new();
        for item in items {
            push(&mut texts, item);
        }
        self.0 = Sentinel::List(texts);
    }
    /// The sentinel of a list of objects is the empty list.
    fn objects<O: Object>(&mut self, _: Key, _: impl Iterator<Item = O>) {
        self.0 = Sentinel::List(Vec::new());
    }
    fn coerced(&mut self) {}
    /// The latest version, so that all values except retired ones are unchanged.
    fn schema(&self) -> SchemaVersion {
        SchemaVersion::LATEST
    }
}

/// Not generic, so that it is compiled once and not for each type of a list.
fn push(texts: &mut Vec<String>, text: &str) {
    texts.push(text.to_owned());
}
