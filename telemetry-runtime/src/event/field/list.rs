//! Lists and their items: text-like values, or objects with the fields of a part.
//!
//! Lists of text are field types. Lists of objects are fields only with `max_items`, which bounds the
//! size of an event.

use std::collections::BTreeSet;

use super::{ClosedField, FreeText, HasDefault, HasSentinel, TelemetryField, TextField};
use crate::event::{
    descriptor::{FieldType, place::Edges},
    fields::{NoPrefix, TelemetryFields},
    visitor::{FieldVisitor, Key, Object},
};

/// Passes a list of text to `visitor`.
// Without the attribute, the encoding of a list takes up to 69 more instructions.
#[inline]
fn visit_texts<'i, T: TextField + 'i, V: FieldVisitor>(
    items: impl Iterator<Item = &'i T> + Clone,
    key: Key,
    visitor: &mut V,
) {
    let schema = visitor.schema();
    let is_replaced = |item: &T| item.fallback_for(schema).is_some();
    if items.clone().any(is_replaced) {
        visitor.coerced();
    }
    let text = |item: &'i T| item.fallback_for(schema).unwrap_or(item.as_text());
    visitor.list(key, items.map(text));
}

/// A list whose number of items `max_items` can bound.
pub trait List {
    /// Type of the items.
    type Item;

    /// The items in their order.
    fn items(&self) -> impl ExactSizeIterator<Item = &Self::Item> + Clone;
}

macro_rules! lists {
    ($([$($generics:tt)*] $ty:ty,)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> List for $ty {
            type Item = T;

            fn items(&self) -> impl ExactSizeIterator<Item = &T> + Clone {
                self.iter()
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> TelemetryField for $ty where T: TextField {
            const TYPE: FieldType = FieldType::List(&T::TYPE);
            const FREE_TEXT: Option<&'static str> = T::FREE_TEXT;
            const EDGES: Edges = T::EDGES;

            fn visit<V: FieldVisitor>(&self, key: Key, visitor: &mut V) {
                visit_texts(self.iter(), key, visitor);
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> ClosedField for $ty where T: TextField + ClosedField {}
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> FreeText for $ty where T: FreeText {}
    )*};
}

lists! {
    [T] Vec<T>,
    [T, const N: usize] [T; N],
    [T] BTreeSet<T>,
    ['a, T] &'a [T],
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
        impl<$($generics)*> HasDefault for $ty where T: TextField {
            type Value = $ty;
            fn from_default(value: $ty) -> Self {
                value
            }
        }
    )*};
}

empty_lists! {
    [T] Vec<T>,
    [T] BTreeSet<T>,
    ['a, T] &'a [T],
}

/// The items are text.
#[derive(Debug)]
pub enum OfText {}

/// The items are objects.
#[derive(Debug)]
pub enum OfObjects {}

/// An item of a list with `max_items`. `M` is [`OfText`] or [`OfObjects`]; the compiler infers it,
/// because no type is both text and a part.
pub trait ListItem<M> {
    const TYPE: FieldType;
    const FREE_TEXT: Option<&'static str>;
    const EDGES: Edges;

    fn visit_list<'i, V: FieldVisitor>(
        items: impl Iterator<Item = &'i Self> + Clone,
        key: Key,
        visitor: &mut V,
    ) where
        Self: 'i;
}

#[diagnostic::do_not_recommend]
impl<T: TextField> ListItem<OfText> for T {
    const TYPE: FieldType = <T as TelemetryField>::TYPE;
    const FREE_TEXT: Option<&'static str> = <T as TelemetryField>::FREE_TEXT;
    const EDGES: Edges = <T as TelemetryField>::EDGES;

    fn visit_list<'i, V: FieldVisitor>(
        items: impl Iterator<Item = &'i Self> + Clone,
        key: Key,
        visitor: &mut V,
    ) where
        Self: 'i,
    {
        visit_texts(items, key, visitor);
    }
}

#[diagnostic::do_not_recommend]
impl<T: TelemetryFields> ListItem<OfObjects> for T {
    const TYPE: FieldType = FieldType::Object(T::FIELDS);
    const FREE_TEXT: Option<&'static str> = None;
    const EDGES: Edges = Edges::NONE;

    fn visit_list<'i, V: FieldVisitor>(
        items: impl Iterator<Item = &'i Self> + Clone,
        key: Key,
        visitor: &mut V,
    ) where
        Self: 'i,
    {
        visitor.objects(key, items.map(PartObject));
    }
}

/// A part as one object of a list.
struct PartObject<'p, T>(&'p T);

impl<T: TelemetryFields> Object for PartObject<'_, T> {
    const LEN: usize = T::FIELDS.len();

    fn visit_fields<V: FieldVisitor>(&self, visitor: &mut V) {
        self.0.visit::<NoPrefix, V>(visitor);
    }
}
