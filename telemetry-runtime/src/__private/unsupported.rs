//! Frequently used types that cannot be fields, each with an error that names the alternative.
//!
//! The check that each function takes is never implemented for these types.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ffi::{OsStr, OsString},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::{Path, PathBuf},
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use uuid::Uuid;

use super::{
    checks::Wire,
    field_ops::{Plain, Scaled},
};
use crate::event::{field::HasDefault, unit::units, values::Count};

macro_rules! functions {
    ($ty:ty, $check:path) => {
        pub fn unset(_: &dyn $check) {}
        pub fn text_unset(_: &dyn $check) {}
        pub fn sentinel(_: &dyn $check, _: &Wire) -> $ty {
            super::invalid_declaration()
        }
        pub fn text_sentinel(_: &dyn $check, _: &Wire) -> $ty {
            super::invalid_declaration()
        }
        pub fn defaulted(_: &dyn $check) -> fn($ty) -> $ty {
            super::invalid_declaration()
        }
        pub fn text_defaulted(_: &dyn $check) -> fn($ty) -> $ty {
            super::invalid_declaration()
        }
        pub fn constant(_: &dyn $check) -> fn($ty) -> $ty {
            super::invalid_declaration()
        }
    };
}

macro_rules! unsupported {
    ([$($generics:tt)*] $ty:ty, $check:path) => {
        impl<$($generics),*> Plain<$ty> {
            functions! { $ty, $check }
        }
    };
    // Without this, the error of a field with `unit` would be about the unit.
    (unit [$($generics:tt)*] $ty:ty, $check:path) => {
        unsupported!([$($generics)*] $ty, $check);
        unsupported!(unit Ns [$($generics)*] $ty, $check);
        unsupported!(unit Us [$($generics)*] $ty, $check);
        unsupported!(unit Ms [$($generics)*] $ty, $check);
        unsupported!(unit S [$($generics)*] $ty, $check);
        unsupported!(unit Bytes [$($generics)*] $ty, $check);
        unsupported!(unit Tokens [$($generics)*] $ty, $check);
        unsupported!(unit Percent [$($generics)*] $ty, $check);
    };
    (unit $unit:ident [$($generics:tt)*] $ty:ty, $check:path) => {
        impl<$($generics),*> Scaled<$ty, units::$unit> {
            functions! { $ty, $check }
        }
    };
}

unsupported!(unit [T] Option<T>, NotNull<T>);
unsupported!([T] Vec<Option<T>>, NotNull<T>);
unsupported!([T] Vec<Vec<T>>, Flat<T>);
unsupported!(unit [] u64, FitsInteger<u64>);
unsupported!(unit [] u128, FitsInteger<u128>);
unsupported!(unit [] i128, FitsInteger<i128>);
unsupported!(unit [] usize, FitsInteger<usize>);
unsupported!(unit [] isize, FitsInteger<isize>);
unsupported!([] char, TextOf<char>);
unsupported!([] Box<str>, NoPointer<Box<str>>);
unsupported!([] Rc<str>, NoPointer<Rc<str>>);
unsupported!([] Arc<str>, NoPointer<Arc<str>>);
unsupported!([] PathBuf, NoPath<PathBuf>);
unsupported!(['a] &'a Path, NoPath<&'a Path>);
unsupported!([] OsString, NoPath<OsString>);
unsupported!(['a] &'a OsStr, NoPath<&'a OsStr>);
unsupported!([] IpAddr, NoAddress<IpAddr>);
unsupported!([] Ipv4Addr, NoAddress<Ipv4Addr>);
unsupported!([] Ipv6Addr, NoAddress<Ipv6Addr>);
unsupported!([] SocketAddr, NoAddress<SocketAddr>);
unsupported!([] Uuid, NoUuid<Uuid>);
unsupported!([] Duration, HasUnit<Duration>);
unsupported!([] Instant, PointInTime<Instant>);
unsupported!([K V S] HashMap<K, V, S>, NoMap<HashMap<K, V, S>>);
unsupported!([K V] BTreeMap<K, V>, NoMap<BTreeMap<K, V>>);
unsupported!([T S] HashSet<T, S>, Sorted<HashSet<T, S>>);
unsupported!([] Vec<bool>, TextList<Vec<bool>>);
unsupported!([] Vec<i8>, TextList<Vec<i8>>);
unsupported!([] Vec<i16>, TextList<Vec<i16>>);
unsupported!([] Vec<i32>, TextList<Vec<i32>>);
unsupported!([] Vec<i64>, TextList<Vec<i64>>);
unsupported!([] Vec<u8>, TextList<Vec<u8>>);
unsupported!([] Vec<u16>, TextList<Vec<u16>>);
unsupported!([] Vec<u32>, TextList<Vec<u32>>);
unsupported!([] Vec<u64>, TextList<Vec<u64>>);
unsupported!([] Vec<usize>, TextList<Vec<usize>>);
unsupported!([] Vec<f32>, TextList<Vec<f32>>);
unsupported!([] Vec<f64>, TextList<Vec<f64>>);
unsupported!([] Vec<Count>, TextList<Vec<Count>>);

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
    message = "optional fields are not sent as null; `Option<{T}>` cannot be a telemetry field",
    label = "not a telemetry field type",
    note = "use `{T}`: unless the field is `required`, its sentinel represents \"unknown\", and the builder has a `maybe_` setter that takes an `Option`",
    note = "the sentinel of a `bool` is `false`: if false and unknown differ, use a `TelemetryEnum`; omit unknown items from a list"
)]
pub trait NotNull<T> {}

#[diagnostic::on_unimplemented(
    message = "nested lists cannot be a telemetry field",
    label = "a list of lists",
    note = "use one list of text, a count, or a list of structs with `TelemetryFields` and `max_items`"
)]
pub trait Flat<T> {}

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
