//! Which Rust types can be fields, and what each looks like on the wire.
//!
//! A field is judged by the traits here, never by how its type is spelled, so an alias cannot fool
//! the derive. Types that cannot be fields but that people reach for (`u64`, `Option`, paths) are
//! refused with a text that says what to use instead.

use std::{borrow::Cow, collections::BTreeSet};

use crate::{
    FieldType,
    visit::{FieldVisitor, Key, Sealed},
};

/// A type that can be a field of an event.
///
/// Implement it for a newtype by delegation:
///
/// ```
/// use telemetry_runtime::{FieldType, FieldVisitor, TelemetryField};
///
/// struct Retries(i64);
///
/// impl TelemetryField for Retries {
///     const TYPE: FieldType = <i64 as TelemetryField>::TYPE;
///     fn visit<V: FieldVisitor>(&self, key: &'static str, visitor: &mut V) {
///         self.0.visit(key, visitor);
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a telemetry field",
    label = "not a telemetry field type",
    note = "a field is `bool`, `i8` to `i64`, `u8` to `u32`, `f32`, `f64`, a `TelemetryEnum`, `Allowlisted<L>`, a bucket, `Label`, text with `free_text`, or a list of text"
)]
pub trait TelemetryField {
    /// Type on the wire.
    const TYPE: FieldType;

    /// Hands the value to `visitor` under `key`.
    fn visit<V: FieldVisitor>(&self, key: Key, visitor: &mut V);

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
#[diagnostic::on_unimplemented(
    message = "free text needs a reason",
    label = "text whose values are not known at compile time",
    note = "use a `TelemetryEnum`, `Allowlisted` or a bucket, or write `#[event(free_text = \"why no user data can be in it\")]`"
)]
pub trait ClosedField {}

/// Text whose values are not known at compile time: takes `free_text = "..."`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not free text",
    label = "no value of this type needs a reason",
    note = "remove `free_text`"
)]
pub trait FreeText {}
#[diagnostic::do_not_recommend]
impl FreeText for String {}
#[diagnostic::do_not_recommend]
impl FreeText for Cow<'_, str> {}
#[diagnostic::do_not_recommend]
impl FreeText for &str {}
#[diagnostic::do_not_recommend]
impl<T: FreeText> FreeText for Vec<T> {}
#[diagnostic::do_not_recommend]
impl<T: FreeText, const N: usize> FreeText for [T; N] {}
#[diagnostic::do_not_recommend]
impl<T: FreeText> FreeText for BTreeSet<T> {}
#[diagnostic::do_not_recommend]
impl<T: FreeText> FreeText for &[T] {}

/// A field type with a value that says "unknown".
///
/// `Duration` says it with `Duration::MAX`, `SystemTime` with one second before 1970: both are -1
/// on the wire.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no sentinel",
    label = "no value says \"unknown\"",
    note = "write `#[event(required)]` or `#[event(default = ...)]`",
    note = "or: for an enum mark one variant `#[event(fallback)]`, for an unsigned integer use `i64`"
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
    type Wire: Bounded;
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
}

/// `i64` and `f64`: what a number is on the wire.
pub trait Bounded: Copy + PartialOrd + TelemetryField + Sealed {
    /// The value as it compares with the bounds of a range, which `f64` holds exactly.
    #[doc(hidden)]
    fn as_f64(self) -> f64;
    /// A bound as a value.
    #[doc(hidden)]
    fn from_bound(bound: f64) -> Self;
}

impl Sealed for i64 {}
impl Bounded for i64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "rounding is monotonic and the bounds are exact"
    )]
    fn as_f64(self) -> f64 {
        self as f64
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the derive admits whole bounds only up to 2^53"
    )]
    fn from_bound(bound: f64) -> Self {
        bound as i64
    }
}

impl Sealed for f64 {}
impl Bounded for f64 {
    fn as_f64(self) -> f64 {
        self
    }
    fn from_bound(bound: f64) -> Self {
        bound
    }
}

#[diagnostic::do_not_recommend]
impl TelemetryField for bool {
    const TYPE: FieldType = FieldType::Boolean;
    fn visit<V: FieldVisitor>(&self, key: Key, visitor: &mut V) {
        visitor.boolean(key, *self);
    }
}
#[diagnostic::do_not_recommend]
impl ClosedField for bool {}
#[diagnostic::do_not_recommend]
impl HasSentinel for bool {
    fn sentinel() -> Self {
        false
    }
}
#[diagnostic::do_not_recommend]
impl HasDefault for bool {
    type Value = bool;
    fn from_default(value: bool) -> Self {
        value
    }
}

macro_rules! integers {
    ($($ty:ty: $sentinel:expr,)*) => {$(
        #[diagnostic::do_not_recommend]
        impl TelemetryField for $ty {
            const TYPE: FieldType = FieldType::Integer;
            fn visit<V: FieldVisitor>(&self, key: Key, visitor: &mut V) {
                visitor.integer(key, i64::from(*self));
            }
        }
        #[diagnostic::do_not_recommend]
        impl ClosedField for $ty {}
        #[diagnostic::do_not_recommend]
        impl HasDefault for $ty {
            type Value = $ty;
            fn from_default(value: $ty) -> Self {
                value
            }
        }
        #[diagnostic::do_not_recommend]
        impl RangedField for $ty {
            type Wire = i64;
            const SENTINEL: Option<i64> = $sentinel;
            fn to_wire(&self) -> i64 {
                i64::from(*self)
            }
        }
    )*};
}

integers! {
    i8: Some(-1),
    i16: Some(-1),
    i32: Some(-1),
    i64: Some(-1),
    u8: None,
    u16: None,
    u32: None,
}

macro_rules! signed_sentinels {
    ($($ty:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl HasSentinel for $ty {
            fn sentinel() -> Self {
                -1
            }
        }
    )*};
}

signed_sentinels!(i8 i16 i32 i64);

macro_rules! floats {
    ($($ty:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl TelemetryField for $ty {
            const TYPE: FieldType = FieldType::Number;
            fn visit<V: FieldVisitor>(&self, key: Key, visitor: &mut V) {
                self.visit_or(key, visitor, Self::sentinel);
            }
            fn visit_or<V: FieldVisitor>(
                &self,
                key: Key,
                visitor: &mut V,
                sentinel: impl FnOnce() -> Self,
            ) {
                if self.is_finite() {
                    visitor.number(key, f64::from(*self));
                } else {
                    visitor.coerced();
                    visitor.number(key, f64::from(sentinel()));
                }
            }
        }
        #[diagnostic::do_not_recommend]
        impl ClosedField for $ty {}
        #[diagnostic::do_not_recommend]
        impl HasSentinel for $ty {
            fn sentinel() -> Self {
                -1.0
            }
        }
        #[diagnostic::do_not_recommend]
        impl HasDefault for $ty {
            type Value = $ty;
            fn from_default(value: $ty) -> Self {
                value
            }
        }
        #[diagnostic::do_not_recommend]
        impl RangedField for $ty {
            type Wire = f64;
            const SENTINEL: Option<f64> = Some(-1.0);
            fn to_wire(&self) -> f64 {
                f64::from(*self)
            }
        }
    )*};
}

floats!(f32 f64);

/// Text that is the same in every build says "unknown" like this.
const UNDEFINED: &str = "undefined";

#[diagnostic::do_not_recommend]
impl TelemetryField for str {
    const TYPE: FieldType = FieldType::Text(None);
    fn visit<V: FieldVisitor>(&self, key: Key, visitor: &mut V) {
        visitor.text(key, self);
    }
}
#[diagnostic::do_not_recommend]
impl TextField for str {
    fn as_text(&self) -> &str {
        self
    }
}

macro_rules! texts {
    ($([$($generics:tt)*] $ty:ty,)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> TelemetryField for $ty {
            const TYPE: FieldType = FieldType::Text(None);
            fn visit<V: FieldVisitor>(&self, key: Key, visitor: &mut V) {
                visitor.text(key, self);
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> TextField for $ty {
            fn as_text(&self) -> &str {
                self
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> HasSentinel for $ty {
            fn sentinel() -> Self {
                UNDEFINED.into()
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> HasDefault for $ty {
            type Value = &'static str;
            fn from_default(value: &'static str) -> Self {
                value.into()
            }
            fn visit_default<V: FieldVisitor>(value: &'static str, key: Key, visitor: &mut V) {
                visitor.text(key, value);
            }
        }
    )*};
}

texts! {
    [] String,
    ['a] Cow<'a, str>,
}

#[diagnostic::do_not_recommend]
impl TelemetryField for &str {
    const TYPE: FieldType = FieldType::Text(None);
    fn visit<V: FieldVisitor>(&self, key: Key, visitor: &mut V) {
        visitor.text(key, self);
    }
}
#[diagnostic::do_not_recommend]
impl TextField for &str {
    fn as_text(&self) -> &str {
        self
    }
}
#[diagnostic::do_not_recommend]
impl HasSentinel for &str {
    fn sentinel() -> Self {
        UNDEFINED
    }
}
#[diagnostic::do_not_recommend]
impl HasDefault for &str {
    type Value = &'static str;
    fn from_default(value: &'static str) -> Self {
        value
    }
}

macro_rules! lists {
    ($([$($generics:tt)*] $ty:ty,)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> TelemetryField for $ty {
            const TYPE: FieldType = FieldType::List(&T::TYPE);
            fn visit<V: FieldVisitor>(&self, key: Key, visitor: &mut V) {
                visitor.list(key, self.iter().map(TextField::as_text));
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> ClosedField for $ty where T: ClosedField {}
    )*};
}

lists! {
    [T: TextField] Vec<T>,
    [T: TextField, const N: usize] [T; N],
    [T: TextField] BTreeSet<T>,
    ['a, T: TextField] &'a [T],
}

macro_rules! empty_lists {
    ($([$($generics:tt)*] $ty:ty,)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> HasSentinel for $ty {
            fn sentinel() -> Self {
                Self::default()
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> HasDefault for $ty {
            type Value = $ty;
            fn from_default(value: $ty) -> Self {
                value
            }
        }
    )*};
}

empty_lists! {
    [T: TextField] Vec<T>,
    [T: TextField] BTreeSet<T>,
    ['a, T: TextField] &'a [T],
}
