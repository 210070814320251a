//! Frequently used types that cannot be fields, each with an error that names the alternative.
//!
//! The inherent functions that check a type have a bound that never holds for these types. For a
//! concrete type the bound has a lifetime parameter: rustc rejects an unsatisfiable bound at its
//! declaration, but evaluates this one only at its use.

use std::{
    marker::PhantomData,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::field_ops::Plain;
use crate::event::field::HasDefault;

/// The wire type that an unsupported type would have.
pub struct Wire<'a>(PhantomData<&'a ()>);

// One invocation per type, because rustc shows its line below the error.
macro_rules! unsupported {
    ([$($generics:tt)*] $ty:ty, $($never:tt)*) => {
        impl<$($generics)*> Plain<$ty> {
            pub fn unset()
            where
                $($never)*
            {
                super::invalid_declaration()
            }
            pub fn text_unset()
            where
                $($never)*
            {
                super::invalid_declaration()
            }
            pub fn sentinel() -> $ty
            where
                $($never)*
            {
                super::invalid_declaration()
            }
            pub fn text_sentinel() -> $ty
            where
                $($never)*
            {
                super::invalid_declaration()
            }
            pub fn defaulted() -> fn($ty) -> $ty
            where
                $($never)*
            {
                super::invalid_declaration()
            }
            pub fn text_defaulted() -> fn($ty) -> $ty
            where
                $($never)*
            {
                super::invalid_declaration()
            }
            pub fn constant() -> fn($ty) -> $ty
            where
                $($never)*
            {
                super::invalid_declaration()
            }
        }
    };
}

unsupported!([T] Option<T>, T: NotNull);
unsupported!([T] Vec<Option<T>>, T: NotNull);
unsupported!([T] Vec<Vec<T>>, T: Flat);
unsupported!([] u64, for<'never> Wire<'never>: FitsInteger<u64>);
unsupported!([] u128, for<'never> Wire<'never>: FitsInteger<u128>);
unsupported!([] i128, for<'never> Wire<'never>: FitsInteger<i128>);
unsupported!([] usize, for<'never> Wire<'never>: FitsInteger<usize>);
unsupported!([] isize, for<'never> Wire<'never>: FitsInteger<isize>);
unsupported!([] char, for<'never> Wire<'never>: TextOf<char>);
unsupported!([] PathBuf, for<'never> Wire<'never>: NoPath<PathBuf>);
unsupported!(['a] &'a Path, for<'never> Wire<'never>: NoPath<&'a Path>);
unsupported!([] Duration, for<'never> Wire<'never>: HasUnit<Duration>);
unsupported!([] Instant, for<'never> Wire<'never>: PointInTime<Instant>);

macro_rules! defaults {
    ($([$($generics:tt)*] $ty:ty;)*) => {$(
        // Prevents a second error for a `default` of an unsupported type.
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> HasDefault for $ty {
            type Value = $ty;
            fn from_default(value: $ty) -> $ty {
                value
            }
        }
    )*};
}

defaults! {
    [T] Option<T>;
    [] u64;
    [] u128;
    [] i128;
    [] usize;
    [] isize;
    [] char;
    [] PathBuf;
}

#[diagnostic::on_unimplemented(
    message = "optional fields are not sent as null; `Option<{Self}>` cannot be a telemetry field",
    label = "not a telemetry field type",
    note = "use `{Self}`: unless the field is `required`, its sentinel represents \"unknown\", and the builder has a `maybe_` setter that takes an `Option`",
    note = "the sentinel of a `bool` is `false`: if false and unknown differ, use a `TelemetryEnum`; omit unknown items from a list"
)]
pub trait NotNull {}

#[diagnostic::on_unimplemented(
    message = "nested lists cannot be a telemetry field: the wire format is flat",
    label = "a list of lists",
    note = "use one list of text, or a count"
)]
pub trait Flat {}

#[diagnostic::on_unimplemented(
    message = "`{T}` does not fit the wire integer (signed 64 bit)",
    label = "not a telemetry field type",
    note = "use `Count::from(n)`, or a bucket"
)]
pub trait FitsInteger<T> {}

#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be a telemetry field",
    label = "not a telemetry field type",
    note = "use a `TelemetryEnum`, or a `String` with `free_text`"
)]
pub trait TextOf<T> {}

#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be a telemetry field",
    label = "not a telemetry field type",
    note = "paths can contain names of users and projects and are never sent: use a `TelemetryEnum`, an `Allowlisted` name or a `bool` instead"
)]
pub trait NoPath<T> {}

#[diagnostic::on_unimplemented(
    message = "`{T}` needs a unit",
    label = "no unit",
    note = "write `#[event(unit = \"ms\")]`; units of time are \"ns\", \"us\", \"ms\" and \"s\""
)]
pub trait HasUnit<T> {}

#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be a telemetry field",
    label = "not a telemetry field type",
    note = "use `SystemTime` for a point in time, or `Duration` with a `unit`"
)]
pub trait PointInTime<T> {}
