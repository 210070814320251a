//! Booleans, integers and floats as fields.

use super::{ClosedField, HasDefault, HasSentinel, RangedField, TelemetryField, WireNumber};
use crate::event::{
    descriptor::FieldType,
    visitor::{FieldVisitor, Key, Sealed},
};

impl Sealed for i64 {}
impl WireNumber for i64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "rounding is monotonic and the bounds are exact"
    )]
    fn as_f64(self) -> f64 {
        self as f64
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the derive accepts whole bounds up to 2^53 only"
    )]
    fn from_bound(bound: f64) -> Self {
        bound as i64
    }
}

impl Sealed for f64 {}
impl WireNumber for f64 {
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
