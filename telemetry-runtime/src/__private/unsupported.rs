//! Types that people reach for and that cannot be fields, each with what to write instead.
//!
//! They are told by a bound that never holds, on the inherent functions that judge a type. The
//! bound on a concrete type is written with a lifetime of its own: rustc refuses a bound that is
//! plainly false where it stands, and this one is looked at only where it is used.

use std::{
    marker::PhantomData,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::field_ops::Plain;
use crate::event::field::HasDefault;

/// What a refused type would be on the wire.
pub struct Wire<'a>(PhantomData<&'a ()>);

// One invocation per type: rustc shows its line below the error.
macro_rules! refused {
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

refused!([T] Option<T>, T: NotNull);
refused!([T] Vec<Option<T>>, T: NotNull);
refused!([T] Vec<Vec<T>>, T: Flat);
refused!([] u64, for<'never> Wire<'never>: FitsInteger<u64>);
refused!([] u128, for<'never> Wire<'never>: FitsInteger<u128>);
refused!([] i128, for<'never> Wire<'never>: FitsInteger<i128>);
refused!([] usize, for<'never> Wire<'never>: FitsInteger<usize>);
refused!([] isize, for<'never> Wire<'never>: FitsInteger<isize>);
refused!([] char, for<'never> Wire<'never>: TextOf<char>);
refused!([] PathBuf, for<'never> Wire<'never>: NoPath<PathBuf>);
refused!(['a] &'a Path, for<'never> Wire<'never>: NoPath<&'a Path>);
refused!([] Duration, for<'never> Wire<'never>: HasUnit<Duration>);
refused!([] Instant, for<'never> Wire<'never>: PointInTime<Instant>);

macro_rules! defaults {
    ($([$($generics:tt)*] $ty:ty;)*) => {$(
        // Only so that a `default` on a refused type adds no second error.
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
    note = "use `{Self}`: unless the field is `required` its sentinel says \"unknown\", and the builder has a `maybe_` setter that takes an `Option`",
    note = "the sentinel of a `bool` is `false`: where no and unknown differ use a `TelemetryEnum`; a list leaves out what is not known"
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
    note = "use `Count`, made with `Count::from(n)`, or a bucket"
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
    note = "a path names people and projects and never leaves the machine: send a `TelemetryEnum`, an `Allowlisted` name or a `bool` instead"
)]
pub trait NoPath<T> {}

#[diagnostic::on_unimplemented(
    message = "`{T}` needs a unit",
    label = "in which unit?",
    note = "write `#[event(unit = \"ms\")]`; the units of time are \"ns\", \"us\", \"ms\" and \"s\""
)]
pub trait HasUnit<T> {}

#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be a telemetry field",
    label = "not a telemetry field type",
    note = "use `SystemTime` for a point in time, or `Duration` with a `unit`"
)]
pub trait PointInTime<T> {}
