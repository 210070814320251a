//! Field types with `unit = "..."`.
//!
//! A plain number already is in its unit, so the key only documents it. A time needs a unit to become
//! a number.

use std::time::{Duration, SystemTime};

use super::{
    descriptor::FieldType,
    field::{HasDefault, HasSentinel, RangedField, TelemetryField},
    values::Count,
};

/// A field type that takes `unit = "..."`.
pub trait WithUnit<U> {
    /// The number on the wire.
    type Wire: RangedField;
    /// Wire type of the number.
    const TYPE: FieldType = <Self::Wire as TelemetryField>::TYPE;

    /// The value in the unit `U`.
    fn in_unit(&self) -> Self::Wire;
}

/// Units as types, for the expansion of the derives.
pub(crate) mod units {
    macro_rules! units {
        ($($name:ident)*) => {$(
            /// A unit of `unit = "..."`.
            #[derive(Debug)]
            pub enum $name {}
        )*};
    }
    units!(Ns Us Ms S Bytes Tokens Percent);
}

macro_rules! numbers {
    ($($ty:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<U> WithUnit<U> for $ty {
            type Wire = $ty;
            fn in_unit(&self) -> $ty {
                *self
            }
        }
    )*};
}

numbers!(i8 i16 i32 i64 u8 u16 u32 f32 f64 Count);

macro_rules! whole_durations {
    ($($unit:ident: $method:ident,)*) => {$(
        #[diagnostic::do_not_recommend]
        impl WithUnit<units::$unit> for Duration {
            type Wire = i64;
            fn in_unit(&self) -> i64 {
                match *self {
                    Duration::MAX => -1,
                    known => i64::try_from(known.$method()).unwrap_or(i64::MAX),
                }
            }
        }
    )*};
}

whole_durations! {
    Ns: as_nanos,
    Us: as_micros,
    Ms: as_millis,
}

#[diagnostic::do_not_recommend]
impl WithUnit<units::S> for Duration {
    type Wire = f64;
    fn in_unit(&self) -> f64 {
        match *self {
            Duration::MAX => -1.0,
            known => known.as_secs_f64(),
        }
    }
}

#[diagnostic::do_not_recommend]
impl HasSentinel for Duration {
    /// `Duration::MAX`, which is -1 on the wire in every unit.
    fn sentinel() -> Self {
        Self::MAX
    }
}

#[diagnostic::do_not_recommend]
impl HasDefault for Duration {
    type Value = Self;
    fn from_default(value: Self) -> Self {
        value
    }
}

/// Unix seconds; negative before 1970.
fn unix_seconds(time: SystemTime) -> f64 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => after.as_secs_f64(),
        Err(before) => -before.duration().as_secs_f64(),
    }
}

#[diagnostic::do_not_recommend]
impl TelemetryField for SystemTime {
    const TYPE: FieldType = FieldType::Number;
    fn visit<V: crate::event::visitor::FieldVisitor>(
        &self,
        key: crate::event::visitor::Key,
        visitor: &mut V,
    ) {
        visitor.number(key, unix_seconds(*self));
    }
}

#[diagnostic::do_not_recommend]
impl super::field::ClosedField for SystemTime {}

#[diagnostic::do_not_recommend]
impl HasSentinel for SystemTime {
    /// One second before 1970, which is -1.0 on the wire.
    fn sentinel() -> Self {
        Self::UNIX_EPOCH
            .checked_sub(Duration::from_secs(1))
            .unwrap_or(Self::UNIX_EPOCH)
    }
}

#[diagnostic::do_not_recommend]
impl HasDefault for SystemTime {
    type Value = Self;
    fn from_default(value: Self) -> Self {
        value
    }
}

#[diagnostic::do_not_recommend]
impl WithUnit<units::S> for SystemTime {
    type Wire = f64;
    fn in_unit(&self) -> f64 {
        unix_seconds(*self)
    }
}
