//! Frequently used types that cannot be fields, each with an error that names the alternative.
//!
//! The inherent functions that check a type have a bound that never holds for these types. For a
//! concrete type the bound has a lifetime parameter: rustc rejects an unsatisfiable bound at its
//! declaration, but evaluates this one only at its use.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ffi::{OsStr, OsString},
    marker::PhantomData,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::{Path, PathBuf},
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use uuid::Uuid;

use super::field_ops::{Plain, Scaled};
use crate::event::{field::HasDefault, unit::units, values::Count};

/// The wire type that an unsupported type would have.
pub struct Wire<'a>(PhantomData<&'a ()>);

macro_rules! functions {
    ($ty:ty, $($never:tt)*) => {
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
    };
}

// One invocation per type, because rustc shows its line below the error.
macro_rules! unsupported {
    ([$($generics:tt)*] $ty:ty, $($never:tt)*) => {
        impl<$($generics),*> Plain<$ty> {
            functions! { $ty, $($never)* }
        }
    };
    // Without this, the error of a field with `unit` would be about the unit.
    (unit [$($generics:tt)*] $ty:ty, $($never:tt)*) => {
        unsupported!([$($generics)*] $ty, $($never)*);
        unsupported!(unit Ns [$($generics)*] $ty, $($never)*);
        unsupported!(unit Us [$($generics)*] $ty, $($never)*);
        unsupported!(unit Ms [$($generics)*] $ty, $($never)*);
        unsupported!(unit S [$($generics)*] $ty, $($never)*);
        unsupported!(unit Bytes [$($generics)*] $ty, $($never)*);
        unsupported!(unit Tokens [$($generics)*] $ty, $($never)*);
        unsupported!(unit Percent [$($generics)*] $ty, $($never)*);
    };
    (unit $unit:ident [$($generics:tt)*] $ty:ty, $($never:tt)*) => {
        impl<$($generics),*> Scaled<$ty, units::$unit> {
            functions! { $ty, $($never)* }
        }
    };
}

unsupported!(unit [T] Option<T>, T: NotNull);
unsupported!([T] Vec<Option<T>>, T: NotNull);
unsupported!([T] Vec<Vec<T>>, T: Flat);
unsupported!(unit [] u64, for<'never> Wire<'never>: FitsInteger<u64>);
unsupported!(unit [] u128, for<'never> Wire<'never>: FitsInteger<u128>);
unsupported!(unit [] i128, for<'never> Wire<'never>: FitsInteger<i128>);
unsupported!(unit [] usize, for<'never> Wire<'never>: FitsInteger<usize>);
unsupported!(unit [] isize, for<'never> Wire<'never>: FitsInteger<isize>);
unsupported!([] char, for<'never> Wire<'never>: TextOf<char>);
unsupported!([] Box<str>, for<'never> Wire<'never>: NoPointer<Box<str>>);
unsupported!([] Rc<str>, for<'never> Wire<'never>: NoPointer<Rc<str>>);
unsupported!([] Arc<str>, for<'never> Wire<'never>: NoPointer<Arc<str>>);
unsupported!([] PathBuf, for<'never> Wire<'never>: NoPath<PathBuf>);
unsupported!(['a] &'a Path, for<'never> Wire<'never>: NoPath<&'a Path>);
unsupported!([] OsString, for<'never> Wire<'never>: NoPath<OsString>);
unsupported!(['a] &'a OsStr, for<'never> Wire<'never>: NoPath<&'a OsStr>);
unsupported!([] IpAddr, for<'never> Wire<'never>: NoAddress<IpAddr>);
unsupported!([] Ipv4Addr, for<'never> Wire<'never>: NoAddress<Ipv4Addr>);
unsupported!([] Ipv6Addr, for<'never> Wire<'never>: NoAddress<Ipv6Addr>);
unsupported!([] SocketAddr, for<'never> Wire<'never>: NoAddress<SocketAddr>);
unsupported!([] Uuid, for<'never> Wire<'never>: NoUuid<Uuid>);
unsupported!([] Duration, for<'never> Wire<'never>: HasUnit<Duration>);
unsupported!([] Instant, for<'never> Wire<'never>: PointInTime<Instant>);
unsupported!([K V S] HashMap<K, V, S>, for<'never> Wire<'never>: NoMap<HashMap<K, V, S>>);
unsupported!([K V] BTreeMap<K, V>, for<'never> Wire<'never>: NoMap<BTreeMap<K, V>>);
unsupported!([T S] HashSet<T, S>, for<'never> Wire<'never>: Sorted<HashSet<T, S>>);
unsupported!([] Vec<bool>, for<'never> Wire<'never>: TextList<Vec<bool>>);
unsupported!([] Vec<i8>, for<'never> Wire<'never>: TextList<Vec<i8>>);
unsupported!([] Vec<i16>, for<'never> Wire<'never>: TextList<Vec<i16>>);
unsupported!([] Vec<i32>, for<'never> Wire<'never>: TextList<Vec<i32>>);
unsupported!([] Vec<i64>, for<'never> Wire<'never>: TextList<Vec<i64>>);
unsupported!([] Vec<u8>, for<'never> Wire<'never>: TextList<Vec<u8>>);
unsupported!([] Vec<u16>, for<'never> Wire<'never>: TextList<Vec<u16>>);
unsupported!([] Vec<u32>, for<'never> Wire<'never>: TextList<Vec<u32>>);
unsupported!([] Vec<u64>, for<'never> Wire<'never>: TextList<Vec<u64>>);
unsupported!([] Vec<usize>, for<'never> Wire<'never>: TextList<Vec<usize>>);
unsupported!([] Vec<f32>, for<'never> Wire<'never>: TextList<Vec<f32>>);
unsupported!([] Vec<f64>, for<'never> Wire<'never>: TextList<Vec<f64>>);
unsupported!([] Vec<Count>, for<'never> Wire<'never>: TextList<Vec<Count>>);

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
    message = "nested lists cannot be a telemetry field",
    label = "a list of lists",
    note = "use one list of text, a count, or a list of structs with `TelemetryFields` and `max_items`"
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

#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be a telemetry field",
    label = "not a telemetry field type",
    note = "use `String`, `Cow<'static, str>` or `&'static str` with `free_text`, or a `TelemetryEnum`"
)]
pub trait NoPointer<T> {}

#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be a telemetry field",
    label = "not a telemetry field type",
    note = "addresses can identify users and are never sent: use a `TelemetryEnum` or a `bool` instead, such as whether it is a loopback address"
)]
pub trait NoAddress<T> {}

#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be a telemetry field",
    label = "not a telemetry field type",
    note = "use `SessionId` for the id of one run; the id of a user or a machine is never sent"
)]
pub trait NoUuid<T> {}

#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be a telemetry field: its keys are not declared",
    label = "a map",
    note = "use one field per key, a `CountBy` of an enum, a list of text for the keys, or a `Count` of them"
)]
pub trait NoMap<T> {}

#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be a telemetry field: its order differs between runs",
    label = "not a telemetry field type",
    note = "use a `BTreeSet` or a `Vec` of text, enums or labels"
)]
pub trait Sorted<T> {}

#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be a telemetry field: a list contains text",
    label = "a list of numbers",
    note = "use one number, such as the `Count` of items, their sum or maximum, or a list of labels"
)]
pub trait TextList<T> {}
