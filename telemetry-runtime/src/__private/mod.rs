//! What the derives expand to. Not public API: no promise of stability.
//!
//! An expansion names nothing but this module, so that a user's own `Option` or `core` cannot get
//! in the way, and says as little as possible: every helper here is generic over the *type* of a
//! field, so an event of twelve integers instantiates one function.
//!
//! Types are judged once per field, in the builder ([`Plain`], [`Scaled`]); every other use of a field's
//! type accepts whatever it is. That is what keeps one mistake at one error.

pub(crate) mod builder;
pub(crate) mod field_ops;
pub(crate) mod range;
pub(crate) mod registry_check;
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
        EnumDescriptor, EnumValue, EventDescriptor, FieldDescriptor, FieldType, GdprCategory, Unit,
        sentinel::Sentinel,
    },
    field::{ClosedField, HasDefault, HasSentinel, TelemetryField, TextField},
    schema_version::{FIRST, NEVER, SchemaVersion},
    unit::units::{Bytes, Ms, Ns, Percent, S, Tokens, Us},
    visitor::{FieldVisitor, Key},
};

pub use self::builder::{Empty, Filled, Set, put};
pub use self::field_ops::{Fallback, FieldValue, Plain, Scaled, Unitless, wire_value};
pub use self::registry_check::{
    Kind, boolean, integer, kind, list_of, number, one_of, stray_values, text, text_list,
};
pub use self::versioned::{fallback_for, put_versioned};

/// `str`, whatever a user calls their own types.
pub type Str = str;

/// An open end of a range.
pub const INFINITY: f64 = f64::INFINITY;

/// Stands where a value of a broken declaration would: the program does not compile.
#[must_use]
pub fn invalid_declaration<T>() -> T {
    std::process::abort()
}
