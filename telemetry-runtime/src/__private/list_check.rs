//! Compares a list with its declaration in the registry document at compile time: the fields of its
//! objects, and its maximum number of items.

use super::registry_check::{Message, line, push, push_enum_mismatch};
use crate::{
    event::{
        descriptor::{FieldDescriptor, FieldType},
        schema_version::SchemaVersion,
    },
    util::const_str::eq,
};

/// The type that the document declares for a field of the objects in a list.
#[derive(Debug, Clone, Copy)]
pub enum Declared {
    Boolean,
    Integer,
    Number,
    Text,
    /// Name and values. The name is empty for an enum that the document defines at the field.
    Enum(&'static str, &'static [&'static str]),
}

impl Declared {
    const fn matches(&self, ty: &FieldType) -> bool {
        matches!(
            (self, ty),
            (Self::Boolean, FieldType::Boolean)
                | (Self::Integer, FieldType::Integer)
                | (Self::Number, FieldType::Number)
                | (Self::Text, FieldType::Text(_))
                | (Self::Enum(..), FieldType::Enum(_))
        )
    }

    const fn words(&self) -> &'static str {
        match self {
            Self::Boolean => "`boolean`",
            Self::Integer => "`integer`",
            Self::Number => "`number`",
            Self::Text => "`string`",
            Self::Enum(..) => "an enum",
        }
    }
}

/// A field of the document: its wire name and its type.
type Property = (&'static str, Declared);

/// The error message if the objects in a list have a field that they cannot have: a list, or a field
/// that is newer than the event. `schema` is the version of the event, and empty for a part.
#[must_use]
pub const fn item_problem(list: &FieldDescriptor, schema: &str) -> Option<Message> {
    let mut text = Message::EMPTY;
    let mut fields = match list.ty.item_fields() {
        Some(fields) => fields,
        None => &[],
    };
    while let [field, rest @ ..] = fields {
        let name = field.wire_name;
        if let FieldType::List(_) = field.ty {
            line(&mut text, &["field `", name, "` of the items is a list"]);
            text.push(
                "\nhelp: an item has single values only: use one field for each, or a `Count`",
            );
        }
        if let Some(since) = field.since
            && let (Some(of_field), Some(of_event)) =
                (SchemaVersion::parse(since), SchemaVersion::parse(schema))
            && of_field.is_later_than(of_event)
        {
            line(
                &mut text,
                &["field `", name, "` of the items exists since "],
            );
            let event = &[since, " but the event declares schema `", schema];
            push(&mut text, event);
            push(&mut text, &["`\nhelp: declare `schema = \"", since, "\"`"]);
        }
        fields = rest;
    }
    if text.is_empty() { None } else { Some(text) }
}

/// The error message if a list does not match the registry's: its objects have other fields, or it can
/// have more items. `properties` is `None` for a list of text. Types of another kind are reported by
/// their kind.
#[must_use]
pub const fn list_mismatch(
    list: &FieldDescriptor,
    properties: Option<&[Property]>,
    max_items: Option<usize>,
    refresh: &str,
) -> Option<Message> {
    let mut text = Message::EMPTY;
    match (list.ty.item_fields(), properties) {
        (Some(fields), Some(properties)) => {
            push_extra(&mut text, fields, properties);
            push_missing(&mut text, fields, properties);
        }
        (None, None) if matches!(list.ty, FieldType::List(_)) => {}
        _ => return None,
    }
    if let Some(most) = max_items {
        push_max_items(&mut text, list.max_items, most);
    }
    if text.is_empty() {
        return None;
    }
    push(&mut text, &["\n", refresh]);
    Some(text)
}

/// Appends the fields that the document lacks, and those of another type.
const fn push_extra(text: &mut Message, mut fields: &[FieldDescriptor], properties: &[Property]) {
    while let [field, rest @ ..] = fields {
        let name = field.wire_name;
        match find(properties, name) {
            None => line(
                text,
                &[
                    "field `",
                    name,
                    "` of the items is not in the registry's list",
                ],
            ),
            Some(declared) if !declared.matches(&field.ty) => line(
                text,
                &[
                    "the registry declares field `",
                    name,
                    "` of the items as ",
                    declared.words(),
                    ", but it is ",
                    words(&field.ty),
                ],
            ),
            Some(Declared::Enum(of, values)) => {
                let place = &["field `", name, "` of the items: "];
                push_enum_mismatch(text, place, &field.ty, (of, values));
            }
            Some(_) => {}
        }
        fields = rest;
    }
}

/// Appends the fields that only the document has.
const fn push_missing(text: &mut Message, fields: &[FieldDescriptor], mut properties: &[Property]) {
    while let [(name, _), rest @ ..] = properties {
        if !has_field(fields, name) {
            line(
                text,
                &["the registry requires field `", name, "` in each item"],
            );
        }
        properties = rest;
    }
}

const fn push_max_items(text: &mut Message, declared: Option<usize>, most: usize) {
    match declared {
        Some(items) if items <= most => return,
        Some(items) => {
            line(text, &["the list can have "]);
            text.push_number(items as u64);
            text.push(" items");
        }
        None => line(text, &["the list can have any number of items"]),
    }
    text.push(", but the registry allows at most ");
    text.push_number(most as u64);
    text.push("\nhelp: write `max_items = ");
    text.push_number(most as u64);
    text.push("`");
}

const fn find(mut properties: &[Property], name: &str) -> Option<Declared> {
    while let [(wire, declared), rest @ ..] = properties {
        if eq(wire, name) {
            return Some(*declared);
        }
        properties = rest;
    }
    None
}

const fn has_field(mut fields: &[FieldDescriptor], name: &str) -> bool {
    while let [field, rest @ ..] = fields {
        if eq(field.wire_name, name) {
            return true;
        }
        fields = rest;
    }
    false
}

const fn words(ty: &FieldType) -> &'static str {
    match ty {
        FieldType::Boolean => "`boolean`",
        FieldType::Integer => "`integer`",
        FieldType::Number => "`number`",
        FieldType::Text(_) => "`string`",
        FieldType::Enum(_) => "an enum",
        FieldType::List(_) => "a list",
        FieldType::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::super::build::{enum_descriptor, enum_value, field_descriptor};
    use super::*;
    use crate::event::descriptor::EnumDescriptor;

    const KIND: &EnumDescriptor = &enum_descriptor(
        "KindEnum",
        "",
        &[enum_value("a", "").0, enum_value("b", "").0],
        None,
    );
    const FIELDS: &[FieldDescriptor] = &[
        field_descriptor(FieldType::Enum(KIND), None)
            .named("kind", "")
            .0,
        field_descriptor(FieldType::Integer, None).named("ms", "").0,
    ];

    fn mismatch(properties: &[Property], most: Option<usize>) -> String {
        let list =
            field_descriptor(FieldType::List(&FieldType::Object(FIELDS)), None).max_items(20);
        let text = list_mismatch(&list.0, Some(properties), most, "help: x");
        text.map_or_else(String::new, |text| text.as_str().to_owned())
    }

    #[test]
    fn a_list_may_have_fewer_items_and_values_than_the_registry() {
        let kind = Declared::Enum("KindEnum", &["a", "b", "c"]);
        let properties = [("ms", Declared::Integer), ("kind", kind)];
        for most in [None, Some(20), Some(21)] {
            assert_eq!(mismatch(&properties, most), "");
        }
    }

    #[test]
    fn every_difference_is_a_line() {
        let kind = Declared::Enum("KindEnum", &["a"]);
        let properties = [("kind", kind), ("name", Declared::Text)];
        assert_eq!(
            mismatch(&properties, Some(19)),
            "field `kind` of the items: wire value `b` of this enum is not in registry enum `KindEnum` [a]\n\
             field `ms` of the items is not in the registry's list\n\
             the registry requires field `name` in each item\n\
             the list can have 20 items, but the registry allows at most 19\n\
             help: write `max_items = 19`\n\
             help: x"
        );
        let properties = [("kind", Declared::Text), ("ms", Declared::Number)];
        assert_eq!(
            mismatch(&properties, None),
            "the registry declares field `kind` of the items as `string`, but it is an enum\n\
             the registry declares field `ms` of the items as `number`, but it is `integer`\n\
             help: x"
        );
    }

    #[test]
    fn a_list_of_text_has_at_most_the_items_of_the_registry() {
        let unbounded = field_descriptor(FieldType::List(&FieldType::Text(None)), None).0;
        let text = list_mismatch(&unbounded, None, Some(3), "help: x");
        assert_eq!(
            text.as_ref().map(Message::as_str),
            Some(
                "the list can have any number of items, but the registry allows at most 3\n\
                 help: write `max_items = 3`\n\
                 help: x"
            )
        );
        assert!(list_mismatch(&unbounded, None, None, "").is_none());
        let objects = Some(&[] as &[Property]);
        assert!(list_mismatch(&unbounded, objects, Some(3), "").is_none());
    }
}
