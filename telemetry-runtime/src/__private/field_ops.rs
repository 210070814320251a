//! Operations on a field's type for the expansions of the derives.
//!
//! The functions of the builder (`unset`, `sentinel`, `defaulted` and their `text_` forms) take the
//! checks that explain a mistake. All other functions compile for any type: if the `impl` of an
//! inherent function does not apply, the compiler selects the function of the trait [`Fallback`].

use std::marker::PhantomData;

use super::{
    checks::{ClosedOf, FieldOf, FreeTextOf, SentinelOf, UnitOf, Wire},
    facts::{NO_FIELD, optional},
    range::{in_range, within},
    registry_check::{UNKNOWN, kind},
};
use crate::event::{
    descriptor::{FieldDescriptor, Sentinel},
    field::{
        HasDefault, HasSentinel, RangedField, TelemetryField, TextField, wire_value::wire_value,
    },
    unit::WithUnit,
    visitor::{FieldVisitor, Key},
};

/// A field's type.
pub struct Plain<T>(PhantomData<T>);

/// A field's type in the unit `U`.
pub struct Scaled<T, U>(PhantomData<(T, U)>);

/// A field's value.
pub struct Value<'v, T>(pub &'v T);

impl<T: TelemetryField> Value<'_, T> {
    pub fn visit<V: FieldVisitor>(self, key: Key, visitor: &mut V) {
        self.0.visit(key, visitor);
    }
}

impl<T: TelemetryField> Plain<T> {
    /// A required field of this type, without its name.
    pub const REQUIRED: &'static FieldDescriptor = &FieldDescriptor {
        free_text: T::FREE_TEXT,
        edges: T::EDGES,
        max_items: T::MAX_ITEMS,
        ..FieldDescriptor::of(T::TYPE, None)
    };
    pub const KIND: u8 = kind(&T::TYPE);

    pub fn unset(_: &dyn ClosedOf<T>) {}

    pub fn text_unset(_: &dyn FreeTextOf<T>) {}

    pub fn sentinel(_: &dyn ClosedOf<T>, check: &dyn SentinelOf<T>) -> T {
        check.sentinel()
    }

    pub fn text_sentinel(_: &dyn FreeTextOf<T>, check: &dyn SentinelOf<T>) -> T {
        check.sentinel()
    }

    /// Writes at most `max_len` characters.
    pub fn truncated<V: FieldVisitor>(value: &T, key: Key, visitor: &mut V, max_len: usize)
    where
        T: TextField,
    {
        let text = value
            .fallback_for(visitor.schema())
            .unwrap_or(value.as_text());
        match text.char_indices().nth(max_len) {
            Some((end, _)) => {
                visitor.coerced();
                visitor.text(key, text.get(..end).unwrap_or_default());
            }
            None => value.visit(key, visitor),
        }
    }

    /// Writes a number, or the sentinel of its type if it is out of range.
    pub fn ranged<V: FieldVisitor>(value: &T, key: Key, visitor: &mut V, min: f64, max: f64)
    where
        T: RangedField,
    {
        in_range(value, min, max, T::SENTINEL).visit(key, visitor);
    }
}

impl<T: TelemetryField + HasSentinel> Plain<T> {
    /// An optional field of this type, without its name.
    pub const OPTIONAL: &'static FieldDescriptor = &optional(Self::REQUIRED, Self::wire_sentinel);

    // A function, because a closure needs a second one as a function pointer.
    fn wire_sentinel() -> Sentinel {
        wire_value(&T::sentinel())
    }
}

impl<T: TelemetryField + HasDefault> Plain<T> {
    pub fn constant(_: &Wire) -> fn(T::Value) -> T {
        T::from_default
    }

    pub fn defaulted(_: &dyn ClosedOf<T>) -> fn(T::Value) -> T {
        T::from_default
    }

    pub fn text_defaulted(_: &dyn FreeTextOf<T>) -> fn(T::Value) -> T {
        T::from_default
    }

    pub fn default_wire_value(value: T::Value) -> Sentinel {
        wire_value(&T::from_default(value))
    }

    pub fn visit_constant<V: FieldVisitor>(value: T::Value, key: Key, visitor: &mut V) {
        T::visit_default(value, key, visitor);
    }

    pub fn visit_or<V: FieldVisitor>(
        value: &T,
        key: Key,
        visitor: &mut V,
        default: fn() -> T::Value,
    ) {
        value.visit_or(key, visitor, || T::from_default(default()));
    }
}

impl<T: RangedField + HasDefault> Plain<T> {
    /// Writes a number, or `default` if it is out of range.
    pub fn ranged_or<V: FieldVisitor>(
        value: &T,
        key: Key,
        visitor: &mut V,
        min: f64,
        max: f64,
        default: fn() -> T::Value,
    ) {
        if within(value.to_wire(), min, max) {
            value.visit(key, visitor);
        } else {
            visitor.coerced();
            T::visit_default(default(), key, visitor);
        }
    }
}

impl<T: WithUnit<U>, U> Scaled<T, U> {
    /// A required field of this type, without its name.
    pub const REQUIRED: &'static FieldDescriptor = &FieldDescriptor::of(T::TYPE, None);
    pub const KIND: u8 = kind(&T::TYPE);

    pub fn unset(_: &Wire) {}

    pub fn sentinel(_: &Wire, check: &dyn SentinelOf<T>) -> T {
        check.sentinel()
    }

    pub fn visit<V: FieldVisitor>(value: &T, key: Key, visitor: &mut V) {
        value.in_unit().visit(key, visitor);
    }

    /// Writes a number, or the sentinel of its wire type if it is out of range.
    pub fn ranged<V: FieldVisitor>(value: &T, key: Key, visitor: &mut V, min: f64, max: f64) {
        Plain::<T::Wire>::ranged(&value.in_unit(), key, visitor, min, max);
    }
}

impl<T: WithUnit<U> + HasSentinel, U> Scaled<T, U> {
    /// An optional field of this type, without its name.
    pub const OPTIONAL: &'static FieldDescriptor = &optional(Self::REQUIRED, Self::wire_sentinel);

    fn wire_sentinel() -> Sentinel {
        wire_value(&T::sentinel().in_unit())
    }
}

impl<T: WithUnit<U> + HasDefault, U> Scaled<T, U> {
    pub fn constant(_: &Wire) -> fn(T::Value) -> T {
        T::from_default
    }

    pub fn defaulted(_: &Wire) -> fn(T::Value) -> T {
        T::from_default
    }

    pub fn default_wire_value(value: T::Value) -> Sentinel {
        wire_value(&T::from_default(value).in_unit())
    }

    pub fn visit_constant<V: FieldVisitor>(value: T::Value, key: Key, visitor: &mut V) {
        T::from_default(value).in_unit().visit(key, visitor);
    }

    pub fn visit_or<V: FieldVisitor>(
        value: &T,
        key: Key,
        visitor: &mut V,
        default: fn() -> T::Value,
    ) {
        value
            .in_unit()
            .visit_or(key, visitor, || T::from_default(default()).in_unit());
    }

    pub fn ranged_or<V: FieldVisitor>(
        value: &T,
        key: Key,
        visitor: &mut V,
        min: f64,
        max: f64,
        default: fn() -> T::Value,
    ) {
        let wire = value.in_unit();
        if within(wire.to_wire(), min, max) {
            wire.visit(key, visitor);
        } else {
            visitor.coerced();
            Self::visit_constant(default(), key, visitor);
        }
    }
}

/// The operations of a type that cannot be a field: an error at the check, no error elsewhere.
pub trait Fallback<T>: Sized {
    const REQUIRED: &'static FieldDescriptor = NO_FIELD;
    const OPTIONAL: &'static FieldDescriptor = NO_FIELD;
    const KIND: u8 = UNKNOWN;

    fn unset(_: &dyn FieldOf<T>) {}
    fn text_unset(_: &dyn FieldOf<T>) {}
    fn sentinel(_: &dyn FieldOf<T>, _: &Wire) -> T {
        super::invalid_declaration()
    }
    fn text_sentinel(_: &dyn FieldOf<T>, _: &Wire) -> T {
        super::invalid_declaration()
    }
    fn defaulted<D>(_: &Wire) -> fn(D) -> T {
        |_| super::invalid_declaration()
    }
    fn text_defaulted<D>(_: &Wire) -> fn(D) -> T {
        |_| super::invalid_declaration()
    }
    fn constant<D>(_: &Wire) -> fn(D) -> T {
        |_| super::invalid_declaration()
    }
    fn default_wire_value<D>(_: D) -> Sentinel {
        super::invalid_declaration()
    }
    fn visit<V>(self, _: Key, _: &mut V) {}
    fn truncated<V>(_: &T, _: Key, _: &mut V, _: usize) {}
    fn ranged<V>(_: &T, _: Key, _: &mut V, _: f64, _: f64) {}
    fn ranged_or<V, D>(_: &T, _: Key, _: &mut V, _: f64, _: f64, _: D) {}
    fn visit_or<V, D>(_: &T, _: Key, _: &mut V, _: D) {}
    fn visit_constant<V, D>(_: D, _: Key, _: &mut V) {}
}

impl<T> Fallback<T> for Plain<T> {}
impl<T> Fallback<T> for Value<'_, T> {}

/// [`Fallback`] for a type that does not support the unit.
pub trait Unitless<T, U>: Sized {
    const REQUIRED: &'static FieldDescriptor = NO_FIELD;
    const OPTIONAL: &'static FieldDescriptor = NO_FIELD;
    const KIND: u8 = UNKNOWN;

    fn unset(_: &dyn UnitOf<T, U>) {}
    fn sentinel(_: &dyn UnitOf<T, U>, _: &Wire) -> T {
        super::invalid_declaration()
    }
    fn defaulted<D>(_: &Wire) -> fn(D) -> T {
        |_| super::invalid_declaration()
    }
    fn constant<D>(_: &Wire) -> fn(D) -> T {
        |_| super::invalid_declaration()
    }
    fn default_wire_value<D>(_: D) -> Sentinel {
        super::invalid_declaration()
    }
    fn visit<V>(_: &T, _: Key, _: &mut V) {}
    fn ranged<V>(_: &T, _: Key, _: &mut V, _: f64, _: f64) {}
    fn ranged_or<V, D>(_: &T, _: Key, _: &mut V, _: f64, _: f64, _: D) {}
    fn visit_or<V, D>(_: &T, _: Key, _: &mut V, _: D) {}
    fn visit_constant<V, D>(_: D, _: Key, _: &mut V) {}
}

impl<T, U> Unitless<T, U> for Scaled<T, U> {}
