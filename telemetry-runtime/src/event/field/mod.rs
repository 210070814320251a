//! The traits of field types.
//!
//! These traits, never the spelling of a type, determine whether it can be a field, so aliases work.
//! Frequent mistakes (`u64`, `Option`, paths) get an error that names the alternative.

pub(crate) mod count_by;
pub(crate) mod list;
pub(crate) mod numbers;
pub(crate) mod text;
pub(crate) mod wire_value;

pub use self::count_by::{CountBy, CountKey};

use super::{
    descriptor::FieldType,
    schema_version::SchemaVersion,
    visitor::{FieldVisitor, Key, Sealed},
};

/// A type that can be a field of an event.
///
/// The documentation of the [derive](derive@crate::TelemetryEvent) lists all field types. A custom
/// newtype becomes a field type by delegation. It also implements [`ClosedField`] or [`FreeText`],
/// and [`HasSentinel`] if the field may be omitted.
///
/// ```
/// use telemetry_runtime::{
///     TelemetryEvent, descriptor::FieldType,
///     field::{ClosedField, FieldVisitor, HasSentinel, TelemetryField},
/// };
///
/// struct Retries(i64);
///
/// impl TelemetryField for Retries {
///     const TYPE: FieldType = <i64 as TelemetryField>::TYPE;
///     fn visit<V: FieldVisitor>(&self, key: &'static str, visitor: &mut V) {
///         self.0.visit(key, visitor);
///     }
/// }
/// impl ClosedField for Retries {} // a number contains no text
/// impl HasSentinel for Retries {
///     fn sentinel() -> Self {
///         Self(i64::sentinel())
///     }
/// }
///
/// /// One upload.
/// #[derive(TelemetryEvent)]
/// #[event(name = "upload", schema = "1.0")]
/// struct Upload {
///     /// Number of retries.
///     retries: Retries,
/// }
/// assert_eq!(Upload::default().parameters().to_json(), r#"{"retries":-1}"#);
/// ```
pub trait TelemetryField {
    /// Type on the wire.
    const TYPE: FieldType;

    /// The reason for sending text whose values are not known at compile time, if the type restricts
    /// the shape of the text.
    #[doc(hidden)]
    const FREE_TEXT: Option<&'static str> = None;

    /// The maximum number of items, if the type limits them.
    #[doc(hidden)]
    const MAX_ITEMS: Option<usize> = None;

    /// Passes the value to `visitor` with the unchanged `key`.
    fn visit<V: FieldVisitor>(&self, key: &'static str, visitor: &mut V);

    /// As [`visit`](Self::visit), but writes `sentinel` instead of a float that is not finite.
    #[doc(hidden)]
    fn visit_or<V: FieldVisitor>(&self, key: Key, visitor: &mut V, sentinel: impl FnOnce() -> Self)
    where
        Self: Sized,
    {
        let _ = sentinel;
        self.visit(key, visitor);
    }
}

/// A field type whose values never contain personal data: all types except free text.
///
/// Implementing this trait is a promise that cannot be checked. The privacy report lists text of such
/// a type as program text, and `assert_no_free_text_beyond` accepts it. A newtype that can contain any
/// text must implement [`FreeText`] instead.
pub trait ClosedField {}

/// Text whose values are not known at compile time. The field needs `free_text = "..."`.
///
/// ```
/// use telemetry_runtime::{
///     TelemetryEvent, descriptor::FieldType, field::{FieldVisitor, FreeText, TelemetryField},
/// };
///
/// struct Mirror(String);
///
/// impl TelemetryField for Mirror {
///     const TYPE: FieldType = <String as TelemetryField>::TYPE;
///     fn visit<V: FieldVisitor>(&self, key: &'static str, visitor: &mut V) {
///         self.0.visit(key, visitor);
///     }
/// }
/// impl FreeText for Mirror {}
///
/// /// One download.
/// #[derive(TelemetryEvent)]
/// #[event(name = "download", schema = "1.0")]
/// struct Download {
///     /// Source of the file.
///     #[event(required, free_text = "one of the mirrors that the project lists")]
///     mirror: Mirror,
/// }
/// ```
pub trait FreeText {}

/// A field type with a value that represents "unknown".
///
/// It is `Duration::MAX` for `Duration` and one second before 1970 for `SystemTime`: both are -1 on
/// the wire.
pub trait HasSentinel: Sized {
    /// The value that represents "unknown".
    fn sentinel() -> Self;
}

/// A field type that supports `default = ...` and `constant = ...`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not support `default` and `constant`",
    label = "no default can be written for this type",
    note = "remove the key or mark the field `#[event(required)]`; a custom type can implement `HasDefault`"
)]
pub trait HasDefault: Sized {
    /// Type of the expression after `default =`: `&'static str` for text, else usually `Self`.
    type Value;

    /// Converts the expression's value to the field's value.
    fn from_default(value: Self::Value) -> Self;

    /// Passes `value` to `visitor`. Text needs no allocation here.
    #[doc(hidden)]
    fn visit_default<V: FieldVisitor>(value: Self::Value, key: Key, visitor: &mut V)
    where
        Self: TelemetryField,
    {
        Self::from_default(value).visit(key, visitor);
    }
}

/// A number field. It supports `range(min = ..., max = ...)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no range",
    label = "not a number",
    note = "`range` applies to fields of an integer or float type"
)]
pub trait RangedField: TelemetryField {
    /// `i64` or `f64`: the type of the bounds.
    type Wire: WireNumber;
    /// The sentinel of the type, if it has one.
    const SENTINEL: Option<Self::Wire>;

    /// The value on the wire.
    fn to_wire(&self) -> Self::Wire;
}

/// A field type with a single text. It supports `max_len = ...` and can be an item of a list.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not text",
    label = "not a text-like type",
    note = "lists contain text, enums or labels; `max_len` applies to text"
)]
pub trait TextField: TelemetryField {
    /// The text on the wire, without escapes.
    fn as_text(&self) -> &str;

    /// The text that events of this schema version write instead, if they cannot write the value.
    #[doc(hidden)]
    fn fallback_for(&self, schema: SchemaVersion) -> Option<&'static str> {
        let _ = schema;
        None
    }
}

/// `i64` or `f64`: the wire type of a number.
pub trait WireNumber: Copy + PartialOrd + TelemetryField + Sealed {
    /// The value to compare with the bounds of a range, which `f64` represents exactly.
    #[doc(hidden)]
    fn as_f64(self) -> f64;
    /// Converts a bound to a value.
    #[doc(hidden)]
    fn from_bound(bound: f64) -> Self;
}
