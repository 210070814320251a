//! Items that the expansions of the derives name. Not public API, without a promise of stability.
//!
//! An expansion names only this module, so that a user's own `Option` or `core` has no effect on it.
//! The helpers are generic over the *type* of a field to keep expansions small: an event with twelve
//! `i64` fields instantiates one function.
//!
//! The type of a field is checked once, in the builder ([`Plain`], [`Scaled`]). All other uses accept
//! any type, so that one mistake produces one error.

pub(crate) mod build;
pub(crate) mod builder;
pub(crate) mod checks;
pub(crate) mod facts;
pub(crate) mod field_ops;
pub(crate) mod list_check;
pub(crate) mod listed;
pub(crate) mod part_checks;
pub(crate) mod parts;
pub(crate) mod range;
pub(crate) mod registry_check;
pub(crate) mod registry_parts;
#[cfg(all(test, feature = "derive"))]
mod tests;
pub(crate) mod unsupported;
pub(crate) mod versioned;

pub use std::{
    concat,
    convert::Into,
    default::Default,
    env, include_bytes,
    marker::PhantomData,
    option::Option::{self, None, Some},
    option_env, panic,
    result::Result::{self, Err, Ok},
    str::FromStr,
};

pub use crate::event::{
    TelemetryEnum, TelemetryEvent, UnknownValueError,
    descriptor::{
        EnumDescriptor, EnumValue, EventDescriptor, FieldDescriptor, FieldType, GdprCategory,
        Sentinel, Unit,
        place::{Place, placed, places},
    },
    field::{
        ClosedField, CountKey, HasDefault, HasSentinel, TelemetryField, TextField,
        wire_value::wire_value,
    },
    fields::{FusedKey, Join, NoPrefix, Prefix, TelemetryFields},
    schema_version::SchemaVersion,
    unit::units::{Bytes, Ms, Ns, Percent, S, Tokens, Us},
    visitor::{FieldVisitor, Key},
};

pub use self::build::{Build, enum_descriptor, enum_value, event_descriptor, unknown_value};
pub use self::builder::{Empty, Filled, IntoField, MayBeUnknown, NoDefault, NotDefault, Set, put};
pub use self::checks::{CHECK, ClosedOf, FieldOf, FreeTextOf, ListOf, SentinelOf, UnitOf, Wire};
pub use self::facts::{Fact, field, fields};
pub use self::field_ops::{Fallback, Plain, Scaled, Unitless, Value};
pub use self::list_check::item_problem;
pub use self::listed::{Listed, NotListed};
pub use self::part_checks::{ENVELOPE_KEYS, Owner, has_clash, piece_problem};
pub use self::parts::{
    Always, DefaultPart, Given, NotPart, Omissible, OnePart, Part, PartOf, Piece, count, flatten,
    names, names_len,
};
pub use self::registry_check::{
    Kind, boolean, enum_mismatch, integer, kind, list_of, number, objects, one_of, text, text_list,
};
pub use self::registry_parts::{Published, list_mismatch, missing_fields, part_drift};
// rustc prints the path of a check, and this one is shorter.
pub use self::unsupported::{
    ClosedSet, FitsInteger, Flat, HasUnit, NoAddress, NoMap, NoPath, NoPointer, NoUuid, NotNull,
    PointInTime, Sorted, TextList, TextOf,
};
pub use self::versioned::{fallback_for, visit_versioned};

// rustc prints these paths, too.
pub use crate::event::field::list::{OfObjects, OfText};
pub use crate::util::const_str::Text;

/// `str`, even if a user's type has that name.
pub type Str = str;

/// `usize`, even if a user's type has that name.
pub type Index = usize;

/// An open end of a range.
pub const INFINITY: f64 = f64::INFINITY;

/// A compile error that constant evaluation found.
type Message = Text<2048>;

const fn push(text: &mut Message, mut parts: &[&str]) {
    while let [part, rest @ ..] = parts {
        text.push(part);
        parts = rest;
    }
}

/// Placeholder for values of an invalid declaration. It is never called: the program does not
/// compile.
#[must_use]
pub fn invalid_declaration<T>() -> T {
    std::process::abort()
}
