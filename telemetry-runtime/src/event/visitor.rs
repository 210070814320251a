//! The one visit of an event's fields that serves every encoder.
//!
//! The derive emits a single method per event: it hands each field, in wire order, to a visitor
//! together with a *fused key*, the literal `,"wireName":`. The JSON writer copies that literal as
//! it is, the serde adapter cuts the name out of it.

use super::schema_version::SchemaVersion;

/// A fused key literal: comma, quoted wire name, colon.
pub type Key = &'static str;

/// Receives the values of an event's fields in wire order.
///
/// Sealed: the crate's encoders implement it. A hand-written
/// [`TelemetryField`](crate::field::TelemetryField) calls exactly one of the value methods, once, with the
/// key it was given, the literal `,"wireName":`; delegating to a type that is a field already does
/// that.
pub trait FieldVisitor: Sealed {
    /// A boolean value.
    fn boolean(&mut self, key: &'static str, value: bool);
    /// A whole number.
    fn integer(&mut self, key: &'static str, value: i64);
    /// A number; one that is not finite is written as -1.
    fn number(&mut self, key: &'static str, value: f64);
    /// Text, escaped as needed.
    fn text(&mut self, key: &'static str, value: &str);
    /// A ready-made JSON string, quotes included, that needs no escape.
    fn quoted(&mut self, key: &'static str, value: &'static str);
    /// A list of text.
    fn list<'i>(&mut self, key: &'static str, items: impl Iterator<Item = &'i str>);
    /// The next value, or the one just given, is not what the program recorded: it was outside its
    /// range, not finite, too long, or of an enum that this event's schema version does not have.
    fn coerced(&mut self);
    /// Schema version of the event that is visited.
    #[doc(hidden)]
    fn schema(&self) -> SchemaVersion;
}

/// Keeps [`FieldVisitor`] in this crate.
pub trait Sealed {}

/// The wire name in a fused key.
pub(crate) fn wire_name(key: Key) -> &'static str {
    key.get(2..key.len().saturating_sub(2)).unwrap_or_default()
}

/// The text in a ready-made JSON string.
pub(crate) fn unquote(quoted: &'static str) -> &'static str {
    quoted
        .get(1..quoted.len().saturating_sub(1))
        .unwrap_or_default()
}
