//! The value that stands on the wire when a program gives none.

use std::borrow::Cow;

use crate::event::{
    field::TelemetryField,
    schema_version::SchemaVersion,
    visitor::{FieldVisitor, Key},
};

/// The value that says "unknown" on the wire.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Sentinel {
    /// Of a boolean field.
    Boolean(bool),
    /// Of an integer field.
    Integer(i64),
    /// Of a number field.
    Number(f64),
    /// Of a text or enum field.
    Text(Cow<'static, str>),
    /// Of a list field.
    List(Vec<String>),
}

impl Sentinel {
    /// The wire value of `value`, whatever its type.
    #[doc(hidden)]
    #[must_use]
    pub fn of<T: TelemetryField>(value: &T) -> Option<Self> {
        let mut capture = Capture(None);
        value.visit("", &mut capture);
        capture.0
    }
}

struct Capture(Option<Sentinel>);

impl crate::event::visitor::Sealed for Capture {}

impl FieldVisitor for Capture {
    fn boolean(&mut self, _: Key, value: bool) {
        self.0 = Some(Sentinel::Boolean(value));
    }
    fn integer(&mut self, _: Key, value: i64) {
        self.0 = Some(Sentinel::Integer(value));
    }
    fn number(&mut self, _: Key, value: f64) {
        self.0 = Some(Sentinel::Number(value));
    }
    fn text(&mut self, _: Key, value: &str) {
        self.0 = Some(Sentinel::Text(Cow::Owned(value.to_owned())));
    }
    fn quoted(&mut self, _: Key, value: &'static str) {
        self.0 = Some(Sentinel::Text(Cow::Borrowed(
            crate::event::visitor::unquote(value),
        )));
    }
    fn list<'i>(&mut self, _: Key, items: impl Iterator<Item = &'i str>) {
        self.0 = Some(Sentinel::List(items.map(str::to_owned).collect()));
    }
    fn coerced(&mut self) {}
    /// Of no event in particular: any but a retired value is shown as it is.
    fn schema(&self) -> SchemaVersion {
        (u16::MAX, 0)
    }
}
