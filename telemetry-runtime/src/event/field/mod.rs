//! Which Rust types can be fields, and what each looks like on the wire.
//!
//! A field is judged by the traits here, never by how its type is spelled, so an alias cannot fool
//! the derive. Types that cannot be fields but that people reach for (`u64`, `Option`, paths) are
//! refused with a text that says what to use instead.

pub(crate) mod numbers;
pub(crate) mod text;

use super::{
    descriptor::FieldType,
    schema_version::SchemaVersion,
    visitor::{FieldVisitor, Key, Sealed},
};

/// A type that can be a field of an event.
///
/// The table of field types is in the documentation of the [derive](derive@crate::TelemetryEvent).
/// A newtype of one's own becomes one by delegation: with [`ClosedField`], and with
/// [`HasSentinel`] where it may be left out.
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
/// impl ClosedField for Retries {} // a number holds no text of a person
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
///     /// How often it was tried again.
///     retries: Retries,
/// }
/// assert_eq!(Upload::default().parameters().to_json(), r#"{"retries":-1}"#);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a telemetry field",
    label = "not a telemetry field type",
    note = "a field is `bool`, `i8` to `i64`, `u8` to `u32`, `f32`, `f64`, `Count`, `SystemTime`, `Duration` with `unit`, a `TelemetryEnum`, `Allowlisted<L>` where `L` is from `telemetry_labels!`, a bucket of `telemetry_buckets!`, `Label`, text with `free_text`, or a `Vec`, `BTreeSet`, array or slice of text"
)]
pub trait TelemetryField {
    /// Type on the wire.
    const TYPE: FieldType;

    /// The reason that a type brings along whose text is bounded in shape and not known at compile
    /// time.
    #[doc(hidden)]
    const FREE_TEXT: Option<&'static str> = None;

    /// Hands the value to `visitor` under `key`, as it came.
    fn visit<V: FieldVisitor>(&self, key: &'static str, visitor: &mut V);

    /// As [`visit`](Self::visit), with `sentinel` in place of a value that cannot be written (a
    /// float that is not finite).
    #[doc(hidden)]
    fn visit_or<V: FieldVisitor>(&self, key: Key, visitor: &mut V, sentinel: impl FnOnce() -> Self)
    where
        Self: Sized,
    {
        let _ = sentinel;
        self.visit(key, visitor);
    }
}

/// A field type whose every value is known to hold no data of a person: anything but free text.
///
/// To implement it is to promise that, and nothing checks the promise: the privacy report calls text
/// of such a type program text, and `assert_no_free_text_beyond` passes it. A newtype that can be made
/// of any text implements [`FreeText`] in its place.
#[diagnostic::on_unimplemented(
    message = "free text needs a reason",
    label = "text whose values are not known at compile time",
    note = "use a `TelemetryEnum`, `Allowlisted` or a bucket, or write `#[event(free_text = \"why no user data can be in it\")]`"
)]
pub trait ClosedField {}

/// Text whose values are not known at compile time: takes `free_text = "..."`.
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
///     /// Where it came from.
///     #[event(required, free_text = "one of the mirrors that the project lists")]
///     mirror: Mirror,
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not free text",
    label = "no value of this type needs a reason",
    note = "remove `free_text`"
)]
pub trait FreeText {}

/// A field type with a value that says "unknown".
///
/// `Duration` says it with `Duration::MAX`, `SystemTime` with one second before 1970: both are -1
/// on the wire.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no sentinel",
    label = "no value says \"unknown\"",
    note = "write `#[event(required)]` or `#[event(default = ...)]`",
    note = "or: for an enum mark one variant `#[event(fallback)]`, for an unsigned integer use `Count`"
)]
pub trait HasSentinel: Sized {
    /// The value that says "unknown".
    fn sentinel() -> Self;
}

/// A field type that takes `default = ...` and `constant = ...`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` takes no `default` and no `constant`",
    label = "no value can be written for this type",
    note = "implement `HasDefault` for it, or mark the field `#[event(required)]`"
)]
pub trait HasDefault: Sized {
    /// What is written after `default =`: `&'static str` for text, the type itself for most others.
    type Value;

    /// The field's value made of what was written.
    fn from_default(value: Self::Value) -> Self;

    /// Hands `value` to `visitor`, without an allocation where the type itself would need one.
    #[doc(hidden)]
    fn visit_default<V: FieldVisitor>(value: Self::Value, key: Key, visitor: &mut V)
    where
        Self: TelemetryField,
    {
        Self::from_default(value).visit(key, visitor);
    }
}

/// A number field: takes `range(min = ..., max = ...)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no range",
    label = "not a number",
    note = "`range` belongs on a field of an integer or float type"
)]
pub trait RangedField: TelemetryField {
    /// `i64` or `f64`: the type of the bounds.
    type Wire: WireNumber;
    /// The sentinel of the type, where it has one.
    const SENTINEL: Option<Self::Wire>;

    /// The value on the wire.
    fn to_wire(&self) -> Self::Wire;
}

/// A field type that is one text: takes `max_len = ...` and can be an element of a list.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not text",
    label = "not a text-like type",
    note = "lists hold text, enums or labels; `max_len` belongs on text"
)]
pub trait TextField: TelemetryField {
    /// The text on the wire, not escaped.
    fn as_text(&self) -> &str;

    /// The text that an event of this schema version writes instead, if it must.
    #[doc(hidden)]
    fn fallback_for(&self, schema: SchemaVersion) -> Option<&'static str> {
        let _ = schema;
        None
    }
}

/// `i64` and `f64`: what a number is on the wire.
pub trait WireNumber: Copy + PartialOrd + TelemetryField + Sealed {
    /// The value as it compares with the bounds of a range, which `f64` holds exactly.
    #[doc(hidden)]
    fn as_f64(self) -> f64;
    /// A bound as a value.
    #[doc(hidden)]
    fn from_bound(bound: f64) -> Self;
}
