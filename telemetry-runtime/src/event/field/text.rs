//! Text as a field.

use std::borrow::Cow;

use super::{FreeText, HasDefault, HasSentinel, TelemetryField, TextField};
use crate::event::{
    descriptor::FieldType,
    visitor::{FieldVisitor, Key},
};

#[diagnostic::do_not_recommend]
impl FreeText for String {}
#[diagnostic::do_not_recommend]
impl FreeText for Cow<'_, str> {}
#[diagnostic::do_not_recommend]
impl FreeText for &str {}

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
