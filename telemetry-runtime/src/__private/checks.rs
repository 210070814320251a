//! The checks of a field's type.
//!
//! The functions of the builder take a reference to a check, such as `&dyn ClosedOf<T>`, and an
//! expansion passes `&Wire`. If the check does not hold, the coercion of the argument fails: rustc
//! explains that in two lines, but a bound that does not hold in eight.

use crate::event::field::{ClosedField, FreeText, HasSentinel};

/// The argument for every check. It implements the checks that a type passes.
pub struct Wire;

pub const CHECK: &Wire = &Wire;

/// Never implemented: only the functions for types that cannot be fields require it.
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be a telemetry field",
    label = "not a telemetry field type",
    note = "for an enum, derive `TelemetryEnum` on it; for a struct, derive `TelemetryFields` on it and write `#[event(flatten)]`; for a time, use `SystemTime`, or `Duration` with `unit`",
    note = "for a list of structs, derive `TelemetryFields` on the struct and write `#[event(max_items = 20)]` on the list",
    note = "a field is `bool`, `i8` to `i64`, `u8` to `u32`, `f32`, `f64`, `Count`, `SystemTime`, `Duration` with `unit`, a `TelemetryEnum`, `Allowlisted<L>` where `L` is from `telemetry_labels!`, a bucket of `telemetry_buckets!`, `Label`, text with `free_text`, a `Vec`, `BTreeSet`, array or slice of text, or `CountBy` of an enum, `Allowlisted<L>` or a bucket"
)]
pub trait FieldOf<T> {}

/// Implemented if `T` is a [`ClosedField`].
#[diagnostic::on_unimplemented(
    message = "free text needs a reason",
    label = "text whose values are not known at compile time",
    note = "use a `TelemetryEnum`, `Allowlisted` or a bucket, or write `#[event(free_text = \"why it contains no user data\")]`"
)]
pub trait ClosedOf<T> {}

#[diagnostic::do_not_recommend]
impl<T: ClosedField> ClosedOf<T> for Wire {}

/// Implemented if `T` is [`FreeText`].
#[diagnostic::on_unimplemented(
    message = "`{T}` is not free text",
    label = "values of this type need no reason",
    note = "remove `free_text`"
)]
pub trait FreeTextOf<T> {}

#[diagnostic::do_not_recommend]
impl<T: FreeText> FreeTextOf<T> for Wire {}

/// Implemented if `T` has a sentinel.
#[diagnostic::on_unimplemented(
    message = "`{T}` has no sentinel",
    label = "no value represents \"unknown\"",
    note = "write `#[event(required)]` or `#[event(default = ...)]`",
    note = "or: for an enum mark one variant `#[event(fallback)]`, for an unsigned integer use `Count`"
)]
pub trait SentinelOf<T> {
    /// The value that represents "unknown".
    fn sentinel(&self) -> T;
}

#[diagnostic::do_not_recommend]
impl<T: HasSentinel> SentinelOf<T> for Wire {
    #[inline]
    fn sentinel(&self) -> T {
        T::sentinel()
    }
}

/// Never implemented: only the functions for types that cannot be in the unit `U` require it.
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be sent in this unit",
    label = "not a number in this unit",
    note = "`unit` applies to numbers, and to a `Duration` as \"ns\", \"us\", \"ms\" or \"s\""
)]
pub trait UnitOf<T, U> {}

/// Never implemented: only the functions for types that `max_items` does not apply to require it.
#[diagnostic::on_unimplemented(
    message = "`{L}` is not a list of text or structs",
    label = "`max_items` applies to such lists",
    note = "a list is a `Vec`, `BTreeSet`, array or slice of text, enums, labels, buckets or structs; for an enum, derive `TelemetryEnum` on it; for a struct, derive `TelemetryFields` on it",
    note = "instead of numbers use one number, such as their `Count`, sum or maximum; omit unknown items",
    note = "for any other type remove `max_items`; a `CountBy` has at most one item for each value"
)]
pub trait ListOf<L> {}
