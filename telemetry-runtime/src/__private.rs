//! What the derives expand to. Not public API: no promise of stability.
//!
//! An expansion names nothing but this module, so that a user's own `Option` or `core` cannot get
//! in the way, and says as little as possible: every helper here is generic over the *type* of a
//! field, so an event of twelve integers instantiates one function.
//!
//! Types are judged once per field, in the builder ([`Of`], [`In`]); every other use of a field's
//! type accepts whatever it is. That is what keeps one mistake at one error.

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

pub use crate::{
    ClosedField, EnumDescriptor, EnumValue, EventDescriptor, FieldDescriptor, FieldType,
    FieldVisitor, GdprCategory, HasDefault, HasSentinel, Sentinel, TelemetryEnum, TelemetryEvent,
    TelemetryField, TextField, Unit, UnknownValue,
    unit::units::{Bytes, Ms, Ns, Percent, S, Tokens, Us},
    version::{FIRST, NEVER, SchemaVersion},
    visit::Key,
};

mod builder;
mod drift;
mod judge;
mod range;
mod refused;
#[cfg(all(test, feature = "derive"))]
mod tests;
mod versioned;

pub use builder::{Empty, Filled, Set, put};
pub use drift::{
    Kind, boolean, integer, kind, list_of, number, one_of, stray_values, text, text_list,
};
pub use judge::{At, In, Of, Unitless, Unknown, seen};
pub use versioned::{put_versioned, stand_in};

/// `str`, whatever a user calls their own types.
pub type Str = str;

/// An open end of a range.
pub const INFINITY: f64 = f64::INFINITY;

/// Stands where a value of a broken declaration would: the program does not compile.
#[must_use]
pub fn broken<T>() -> T {
    std::process::abort()
}
