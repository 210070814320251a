//! The table of fields in an expansion, as one list of facts.
//!
//! The facts are plain values and not calls that return descriptors: rustc examines the type of each value
//! in a constant, and that of a descriptor takes long.

use crate::event::descriptor::{FieldDescriptor, FieldType, Sentinel, Unit, Unset, place::Place};

/// A fact of a field. Each field begins with [`Fact::Field`]; the next facts are about that field.
#[derive(Debug, Clone, Copy)]
pub enum Fact {
    /// The descriptor of the type, the wire name and the doc comment.
    Field(&'static FieldDescriptor, &'static str, &'static str),
    Constant,
    FreeText(&'static str),
    MaxLen(usize),
    MaxItems(usize),
    /// The number in `default` or `constant`.
    Number(f64),
    /// The value that is sent instead of the type's sentinel.
    Or(fn() -> Sentinel),
    Range(f64, f64),
    Since(&'static str),
    Retired(&'static str),
    Unit(Unit),
    Why(&'static str),
}

/// The descriptors of `N` fields. `places` are their places in the code, or empty.
#[must_use]
pub const fn fields<const N: usize>(facts: &[Fact], places: &[Place]) -> [FieldDescriptor; N] {
    let mut fields = [*NO_FIELD; N];
    fill(&mut fields, facts);
    place(&mut fields, places);
    fields
}

/// The descriptor of one field.
#[must_use]
pub const fn field(facts: &[Fact]) -> FieldDescriptor {
    let [field] = fields(facts, &[]);
    field
}

const fn fill(mut slots: &mut [FieldDescriptor], mut facts: &[Fact]) {
    while let ([slot, more_slots @ ..], [Fact::Field(ty, wire_name, docs), more_facts @ ..]) =
        (slots, facts)
    {
        *slot = **ty;
        slot.wire_name = wire_name;
        slot.docs = docs;
        facts = more_facts;
        while let [fact, rest @ ..] = facts
            && apply(slot, fact)
        {
            facts = rest;
        }
        slots = more_slots;
    }
}

/// False for the fact that begins the next field.
const fn apply(field: &mut FieldDescriptor, fact: &Fact) -> bool {
    match *fact {
        Fact::Field(..) => return false,
        Fact::Constant => field.constant = true,
        Fact::FreeText(reason) => field.free_text = Some(reason),
        Fact::MaxLen(characters) => field.max_len = Some(characters),
        Fact::MaxItems(items) => field.max_items = Some(items),
        Fact::Number(number) => set_number(field, number),
        Fact::Or(value) => {
            set_sentinel(field, value);
            field.has_default = true;
        }
        Fact::Range(min, max) => field.range = Some((min, max)),
        Fact::Since(version) => field.since = Some(version),
        Fact::Retired(version) => field.retired = Some(version),
        Fact::Unit(unit) => field.unit = Some(unit),
        Fact::Why(question) => field.why = Some(question),
    }
    true
}

const fn place(mut fields: &mut [FieldDescriptor], mut places: &[Place]) {
    while let ([field, more_fields @ ..], [place, more_places @ ..]) = (fields, places) {
        field.place = *place;
        fields = more_fields;
        places = more_places;
    }
}

/// Placeholder for the descriptor of a type that cannot be a field. The program does not compile.
pub(super) const NO_FIELD: &FieldDescriptor = &FieldDescriptor {
    unset: Unset::Invalid,
    ..FieldDescriptor::of(FieldType::Boolean, None)
};

/// The field as an optional one, with the sentinel of its type.
pub(super) const fn optional(
    required: &FieldDescriptor,
    sentinel: fn() -> Sentinel,
) -> FieldDescriptor {
    let mut field = *required;
    set_sentinel(&mut field, sentinel);
    set_number(&mut field, -1.0);
    field
}

/// Makes the field optional, with this value if it is not set.
pub(super) const fn set_sentinel(field: &mut FieldDescriptor, sentinel: fn() -> Sentinel) {
    field.required = false;
    field.sentinel = Some(sentinel);
}

/// The number of the sentinel or default.
const fn set_number(field: &mut FieldDescriptor, number: f64) {
    if !matches!(field.unset, Unset::Invalid) {
        field.unset = Unset::Number(number);
    }
}
