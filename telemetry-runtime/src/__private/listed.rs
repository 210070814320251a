//! Operations on the type of a field with `max_items`, as those of [`Plain`](super::field_ops::Plain).

use std::marker::PhantomData;

use super::{
    build::{Build, field_descriptor},
    checks::{ClosedListOf, FreeTextOf, SentinelOf, Wire},
    field_ops::NO_FIELD,
    registry_check::{UNKNOWN, kind},
};
use crate::event::{
    descriptor::{FieldDescriptor, FieldType, Sentinel},
    field::{
        HasDefault, HasSentinel, TelemetryField,
        list::{List, ListItem},
        wire_value::wire_value,
    },
    visitor::{FieldVisitor, Key},
};

/// The type of a list. `M` is the kind of its items, which the compiler infers.
pub struct Listed<L, M>(PhantomData<(L, M)>);

impl<L: List, M> Listed<L, M>
where
    L::Item: ListItem<M>,
{
    const TYPE: FieldType = FieldType::List(&<L::Item as ListItem<M>>::TYPE);
    /// A required field of this type, without its name.
    pub const REQUIRED: Build<FieldDescriptor> = Build(FieldDescriptor {
        free_text: <L::Item as ListItem<M>>::FREE_TEXT,
        ..field_descriptor(Self::TYPE, None).0
    });
    pub const KIND: u8 = kind(&Self::TYPE);

    pub fn unset(_: &dyn ClosedListOf<(L, M)>) {}

    pub fn text_unset(_: &dyn FreeTextOf<L>) {}

    pub fn sentinel(_: &dyn ClosedListOf<(L, M)>, check: &dyn SentinelOf<L>) -> L {
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

impl<L: List + HasSentinel, M> Listed<L, M>
where
    L::Item: ListItem<M>,
{
    /// An optional field of this type, without its name.
    pub const OPTIONAL: Build<FieldDescriptor> = Self::REQUIRED.or(|| Sentinel::List(Vec::new()));
}

impl<L: List + TelemetryField + HasDefault, M> Listed<L, M>
where
    L::Item: ListItem<M>,
{
    pub fn defaulted(_: &dyn ClosedListOf<(L, M)>) -> fn(L::Value) -> L {
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
    const REQUIRED: Build<FieldDescriptor> = NO_FIELD;
    const OPTIONAL: Build<FieldDescriptor> = NO_FIELD;
    const KIND: u8 = UNKNOWN;

    fn unset(_: &Wire)
    where
        L: List<Item: AnyItem>,
    {
    }
    fn text_unset(_: &Wire)
    where
        L: List<Item: AnyItem>,
    {
    }
    fn sentinel(_: &Wire, _: &Wire) -> L
    where
        L: List<Item: AnyItem>,
    {
        super::invalid_declaration()
    }
    fn text_sentinel(_: &Wire, _: &Wire) -> L
    where
        L: List<Item: AnyItem>,
    {
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

/// Never implemented for a type that is checked: an item of a list.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an item of a list",
    label = "a list of `{Self}`",
    note = "a list contains text, enums, labels, buckets or structs",
    note = "for an enum, derive `TelemetryEnum` on it; for a struct, derive `TelemetryFields` on it",
    note = "instead of numbers use one number, such as their `Count`, sum or maximum; omit unknown items"
)]
pub trait AnyItem {}
