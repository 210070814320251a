//! Operations on the type of a field with `max_items`, as those of [`Plain`](super::field_ops::Plain).

use std::marker::PhantomData;

use super::{
    checks::{ClosedOf, FreeTextOf, ListOf, SentinelOf, Wire},
    facts::{NO_FIELD, set_sentinel},
    registry_check::{UNKNOWN, kind},
};
use crate::event::{
    descriptor::{FieldDescriptor, FieldType, Sentinel},
    field::{
        HasDefault, HasSentinel, TelemetryField,
        list::{List, ListItem, OfObjects, OfText},
        wire_value::wire_value,
    },
    visitor::{FieldVisitor, Key},
};

/// A kind of items.
pub trait ItemKind {
    /// The check that a list `L` needs no reason for free text. Each field of an object states its own
    /// reason.
    type Check<L>: ?Sized;
}

impl ItemKind for OfText {
    type Check<L> = dyn ClosedOf<L>;
}

impl ItemKind for OfObjects {
    type Check<L> = Wire;
}

/// The type of a list. `M` is the kind of its items, which the compiler infers.
pub struct Listed<L, M>(PhantomData<(L, M)>);

impl<L: List, M: ItemKind> Listed<L, M>
where
    L::Item: ListItem<M>,
{
    const TYPE: FieldType = FieldType::List(&<L::Item as ListItem<M>>::TYPE);
    /// A required field of this type, without its name.
    pub const REQUIRED: &'static FieldDescriptor = &FieldDescriptor {
        free_text: <L::Item as ListItem<M>>::FREE_TEXT,
        edges: <L::Item as ListItem<M>>::EDGES,
        ..FieldDescriptor::of(Self::TYPE, None)
    };
    pub const KIND: u8 = kind(&Self::TYPE);

    pub fn unset(_: &M::Check<L>) {}

    pub fn text_unset(_: &dyn FreeTextOf<L>) {}

    pub fn sentinel(_: &M::Check<L>, check: &dyn SentinelOf<L>) -> L {
        check.sentinel()
    }

    pub fn text_sentinel(_: &dyn FreeTextOf<L>, check: &dyn SentinelOf<L>) -> L {
        check.sentinel()
    }

    /// Writes at most `max_items` items.
    pub fn at_most<V: FieldVisitor>(list: &L, key: Key, visitor: &mut V, max_items: usize) {
        let items = list.items();
        if items.len() > max_items {
            visitor.coerced();
        }
        L::Item::visit_list(items.take(max_items), key, visitor);
    }
}

impl<L: List + HasSentinel, M: ItemKind> Listed<L, M>
where
    L::Item: ListItem<M>,
{
    /// An optional field of this type, without its name.
    pub const OPTIONAL: &'static FieldDescriptor = &{
        let mut field = *Self::REQUIRED;
        set_sentinel(&mut field, || Sentinel::List(Vec::new()));
        field
    };
}

impl<L: List + TelemetryField + HasDefault, M: ItemKind> Listed<L, M>
where
    L::Item: ListItem<M>,
{
    pub fn defaulted(_: &M::Check<L>) -> fn(L::Value) -> L {
        L::from_default
    }

    pub fn text_defaulted(_: &dyn FreeTextOf<L>) -> fn(L::Value) -> L {
        L::from_default
    }

    pub fn default_wire_value(value: L::Value) -> Sentinel {
        wire_value(&L::from_default(value))
    }
}

/// The kind of items of a type that is not a list, or a list of other items.
#[derive(Debug)]
pub enum Unlisted {}

/// The operations of a type that `max_items` does not apply to: an error at the check, no error
/// elsewhere.
pub trait NotListed<L>: Sized {
    const REQUIRED: &'static FieldDescriptor = NO_FIELD;
    const OPTIONAL: &'static FieldDescriptor = NO_FIELD;
    const KIND: u8 = UNKNOWN;

    fn unset(_: &dyn ListOf<L>) {}
    fn text_unset(_: &dyn ListOf<L>) {}
    fn sentinel(_: &dyn ListOf<L>, _: &Wire) -> L {
        super::invalid_declaration()
    }
    fn text_sentinel(_: &dyn ListOf<L>, _: &Wire) -> L {
        super::invalid_declaration()
    }
    fn defaulted<D>(_: &Wire) -> fn(D) -> L {
        |_| super::invalid_declaration()
    }
    fn text_defaulted<D>(_: &Wire) -> fn(D) -> L {
        |_| super::invalid_declaration()
    }
    fn default_wire_value<D>(_: D) -> Sentinel {
        super::invalid_declaration()
    }
    fn at_most<V>(_: &L, _: Key, _: &mut V, _: usize) {}
}

impl<L> NotListed<L> for Listed<L, Unlisted> {}
