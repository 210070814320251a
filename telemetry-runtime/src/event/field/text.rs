//! Text and lists of text as fields.

use std::{borrow::Cow, collections::BTreeSet};

use super::{ClosedField, FreeText, HasDefault, HasSentinel, TelemetryField, TextField};
use crate::event::{
    descriptor::{FieldType, place::Edges},
    schema_version::SchemaVersion,
    visitor::{FieldVisitor, Key},
};

#[diagnostic::do_not_recommend]
impl FreeText for String {}
#[diagnostic::do_not_recommend]
impl FreeText for Cow<'_, str> {}
#[diagnostic::do_not_recommend]
impl FreeText for &str {}
#[diagnostic::do_not_recommend]
impl<T: FreeText> FreeText for Vec<T> {}
#[diagnostic::do_not_recommend]
impl<T: FreeText, const N: usize> FreeText for [T; N] {}
#[diagnostic::do_not_recommend]
impl<T: FreeText> FreeText for BTreeSet<T> {}
#[diagnostic::do_not_recommend]
impl<T: FreeText> FreeText for &[T] {}

/// The sentinel of text.
const UNDEFINED: &str = "undefined";

#[diagnostic::do_not_recommend]
impl TelemetryField for str {
    const TYPE: FieldType = FieldType::Text(None);
    fn visit<V: FieldVisitor>(&self, key: Key, visitor: &mut V) {
        visitor.text(key, self);
    }
}
#[diagnostic::do_not_recommend]
impl TextField for str {
    fn as_text(&self) -> &str {
        self
    }
}

macro_rules! texts {
    ($([$($generics:tt)*] $ty:ty,)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> TelemetryField for $ty {
            const TYPE: FieldType = FieldType::Text(None);
            fn visit<V: FieldVisitor>(&self, key: Key, visitor: &mut V) {
                visitor.text(key, self);
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> TextField for $ty {
            fn as_text(&self) -> &str {
                self
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> HasSentinel for $ty {
            fn sentinel() -> Self {
                UNDEFINED.into()
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> HasDefault for $ty {
            type Value = &'static str;
            fn from_default(value: &'static str) -> Self {
                value.into()
            }
            fn visit_default<V: FieldVisitor>(value: &'static str, key: Key, visitor: &mut V) {
                visitor.text(key, value);
            }
        }
    )*};
}

texts! {
    [] String,
    ['a] Cow<'a, str>,
}

#[diagnostic::do_not_recommend]
impl TelemetryField for &str {
    const TYPE: FieldType = FieldType::Text(None);
    fn visit<V: FieldVisitor>(&self, key: Key, visitor: &mut V) {
        visitor.text(key, self);
    }
}
#[diagnostic::do_not_recommend]
impl TextField for &str {
    fn as_text(&self) -> &str {
        self
    }
}
#[diagnostic::do_not_recommend]
impl HasSentinel for &str {
    fn sentinel() -> Self {
        UNDEFINED
    }
}
#[diagnostic::do_not_recommend]
impl HasDefault for &str {
    type Value = &'static str;
    fn from_default(value: &'static str) -> Self {
        value
    }
}

/// The text of `item` in an event of version `schema`.
fn text_in<T: TextField>(item: &T, schema: SchemaVersion) -> &str {
    item.fallback_for(schema).unwrap_or(item.as_text())
}

macro_rules! lists {
    ($([$($generics:tt)*] $ty:ty,)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> TelemetryField for $ty {
            const TYPE: FieldType = FieldType::List(&T::TYPE);
            const FREE_TEXT: Option<&'static str> = T::FREE_TEXT;
            const EDGES: Edges = T::EDGES;
            fn visit<V: FieldVisitor>(&self, key: Key, visitor: &mut V) {
                let schema = visitor.schema();
                if self.iter().any(|item| item.fallback_for(schema).is_some()) {
                    visitor.coerced();
                }
                visitor.list(key, self.iter().map(|item| text_in(item, schema)));
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> ClosedField for $ty where T: ClosedField {}
    )*};
}

lists! {
    [T: TextField] Vec<T>,
    [T: TextField, const N: usize] [T; N],
    [T: TextField] BTreeSet<T>,
    ['a, T: TextField] &'a [T],
}

macro_rules! empty_lists {
    ($([$($generics:tt)*] $ty:ty,)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> HasSentinel for $ty {
            fn sentinel() -> Self {
                Self::default()
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> HasDefault for $ty {
            type Value = $ty;
            fn from_default(value: $ty) -> Self {
                value
            }
        }
    )*};
}

empty_lists! {
    [T: TextField] Vec<T>,
    [T: TextField] BTreeSet<T>,
    ['a, T: TextField] &'a [T],
}
