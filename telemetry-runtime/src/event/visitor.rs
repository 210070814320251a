//! The visitor of an event's fields, which all encoders implement.
//!
//! The derive emits one method per event. It passes each field to the visitor in wire order, with a
//! *fused key*: the literal `,"wireName":`. The JSON writer copies the literal; the serde adapter
//! extracts the name.

use super::schema_version::SchemaVersion;

/// A fused key: a literal of comma, quoted wire name and colon, such as `,"exitCode":`.
pub type Key = &'static str;

/// Receives the values of an event's fields in wire order.
///
/// Sealed: only this crate's encoders implement it. A handwritten
/// [`TelemetryField`](crate::field::TelemetryField) calls one value method exactly once and passes its
/// key through. Delegation to an existing field type does that.
pub trait FieldVisitor: Sealed {
    /// A boolean value.
    fn boolean(&mut self, key: &'static str, value: bool);
    /// A whole number.
    fn integer(&mut self, key: &'static str, value: i64);
    /// A number. A number that is not finite is written as -1.
    fn number(&mut self, key: &'static str, value: f64);
    /// Text, escaped as needed.
    fn text(&mut self, key: &'static str, value: &str);
    /// A JSON string with its quotes, without characters to escape.
    fn quoted(&mut self, key: &'static str, value: &'static str);
    /// A list of text.
    fn list<'i>(&mut self, key: &'static str, items: impl Iterator<Item = &'i str>);
    /// A list of closed objects. Each item passes its fields to a visitor of the same kind.
    #[doc(hidden)]
    fn objects<O: Object>(&mut self, key: &'static str, items: impl Iterator<Item = O>);
    /// Counts a replaced value: the recorded one was outside its range, not finite, too long, or not
    /// part of the event's schema version; or it is a list from which items were removed. The call may
    /// precede or follow the value's.
    fn coerced(&mut self);
    /// Schema version of the visited event.
    #[doc(hidden)]
    fn schema(&self) -> SchemaVersion;
}

/// One item of a list of closed objects.
#[doc(hidden)]
pub trait Object {
    /// Number of the fields.
    const LEN: usize;

    /// Passes every field to `visitor` in wire order.
    fn visit_fields<V: FieldVisitor>(&self, visitor: &mut V);
}

/// Restricts the implementors of [`FieldVisitor`] to this crate.
pub trait Sealed {}

/// The wire name in a fused key.
pub(crate) fn wire_name(key: Key) -> &'static str {
    key.get(2..key.len().saturating_sub(2)).unwrap_or_default()
}

/// The text of a JSON string without characters to escape.
pub(crate) fn unquote(quoted: &'static str) -> &'static str {
    quoted
        .get(1..quoted.len().saturating_sub(1))
        .unwrap_or_default()
}
