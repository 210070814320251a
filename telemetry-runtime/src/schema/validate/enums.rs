//! Validates the enums of a registry: each name has one set of values.

use super::{DOCS_HELP, Problems, line};
use crate::{
    event::{
        descriptor::{EnumDescriptor, EnumValue, EventDescriptor, FieldDescriptor, FieldType},
        schema_version::SchemaVersion,
    },
    schema::declaration::{Declaration, INTEGER},
    util::const_str::eq,
};

pub(super) const fn check_listed_types(problems: &mut Problems, registry: &Declaration) {
    let mut listed = registry.types;
    while let [ty, later @ ..] = listed {
        match ty {
            FieldType::Enum(descriptor) => {
                if let Some(other) = find_enum(later, descriptor.name) {
                    line(
                        problems,
                        &["enum `", other.name, "` is listed twice in `types`"],
                    );
                }
                check_enum(problems, registry, descriptor);
            }
            FieldType::Integer => {}
            _ => line(
                problems,
                &["`types` lists wire enums and `RestrictedTelemetryInteger` only"],
            ),
        }
        listed = later;
    }
}

const fn check_enum(problems: &mut Problems, registry: &Declaration, descriptor: &EnumDescriptor) {
    check_values(problems, registry, descriptor);
    if descriptor.docs.is_empty() {
        line(
            problems,
            &["enum `", descriptor.name, "` has no doc comment", DOCS_HELP],
        );
    }
    if eq(descriptor.name, INTEGER) {
        line(
            problems,
            &["`", INTEGER, "` is the name of the integer type"],
        );
    }
}

/// No value may be newer than the document.
const fn check_values(
    problems: &mut Problems,
    registry: &Declaration,
    descriptor: &EnumDescriptor,
) {
    let mut values = descriptor.values;
    while let [value, rest @ ..] = values {
        if let Some(since) = value.since
            && let (Some(of_value), Some(of_document)) = (
                SchemaVersion::parse(since),
                SchemaVersion::parse(registry.version),
            )
            && of_value.is_later_than(of_document)
        {
            line(
                problems,
                &[
                    "value `",
                    value.wire,
                    "` of enum `",
                    descriptor.name,
                    "` exists since ",
                    since,
                    " but the registry document is `",
                    registry.version,
                    "`",
                ],
            );
        }
        values = rest;
    }
}

/// Each enum name has one value set: that of `types`, or that of its first use.
pub(super) const fn check_enums(
    problems: &mut Problems,
    registry: &Declaration,
    event: &EventDescriptor,
) {
    let mut fields = event.fields;
    while let [field, rest @ ..] = fields {
        if let Some(mut items) = field.ty.item_fields() {
            while let [item, rest @ ..] = items {
                check_field(problems, registry, event, (field.wire_name, item));
                items = rest;
            }
        } else {
            check_field(problems, registry, event, ("", field));
        }
        fields = rest;
    }
}

/// Checks the enum of a field. A field of the objects in a list comes with the name of the list.
const fn check_field(
    problems: &mut Problems,
    registry: &Declaration,
    event: &EventDescriptor,
    (list, field): (&str, &FieldDescriptor),
) {
    let Some(used) = enum_of(&field.ty) else {
        return;
    };
    if let Some(shared) = find_enum(registry.types, used.name) {
        check_subset(problems, event, used, shared);
    } else if let Some(first) = first_use(registry.events, used.name) {
        if eq(first.event, event.name) && eq(first.list, list) && eq(first.field, field.wire_name) {
            check_enum(problems, registry, used);
        } else if !is_subset(used.values, first.of.values)
            || !is_subset(first.of.values, used.values)
        {
            line(
                problems,
                &[
                    "enum `",
                    used.name,
                    "` has two value sets, one of them in event `",
                    event.name,
                    "`\nhelp: list an enum of that name with all values in `types`",
                ],
            );
        }
    }
}

const fn check_subset(
    problems: &mut Problems,
    event: &EventDescriptor,
    used: &EnumDescriptor,
    shared: &EnumDescriptor,
) {
    let mut values = used.values;
    while let [value, rest @ ..] = values {
        if !has_value(shared.values, value.wire) {
            line(
                problems,
                &[
                    "enum `",
                    used.name,
                    "` of event `",
                    event.name,
                    "` has the value `",
                    value.wire,
                    "`, which the enum of that name in `types` does not have",
                ],
            );
        }
        values = rest;
    }
}

const fn is_subset(mut values: &[EnumValue], of: &[EnumValue]) -> bool {
    while let [value, rest @ ..] = values {
        if !has_value(of, value.wire) {
            return false;
        }
        values = rest;
    }
    true
}

const fn has_value(mut values: &[EnumValue], wire: &str) -> bool {
    while let [value, rest @ ..] = values {
        if eq(value.wire, wire) {
            return true;
        }
        values = rest;
    }
    false
}

const fn enum_of(ty: &FieldType) -> Option<&'static EnumDescriptor> {
    match ty {
        FieldType::Enum(descriptor) => Some(descriptor),
        FieldType::List(item) => enum_of(item),
        _ => None,
    }
}

const fn find_enum(mut types: &[FieldType], name: &str) -> Option<&'static EnumDescriptor> {
    while let [ty, rest @ ..] = types {
        if let Some(descriptor) = enum_of(ty)
            && eq(descriptor.name, name)
        {
            return Some(descriptor);
        }
        types = rest;
    }
    None
}

/// A field with an enum. For a field of the objects in a list, `list` is the name of the list.
struct Use {
    event: &'static str,
    list: &'static str,
    field: &'static str,
    of: &'static EnumDescriptor,
}

/// The first use of an enum name.
const fn first_use(mut events: &[&EventDescriptor], name: &str) -> Option<Use> {
    while let [event, rest @ ..] = events {
        let mut fields = event.fields;
        while let [field, rest @ ..] = fields {
            let (list, fields_of_list) = match field.ty.item_fields() {
                Some(items) => (field.wire_name, items),
                None => ("", std::slice::from_ref(field)),
            };
            if let Some((field, of)) = find_field(fields_of_list, name) {
                let event = event.name;
                return Some(Use {
                    event,
                    list,
                    field,
                    of,
                });
            }
            fields = rest;
        }
        events = rest;
    }
    None
}

/// The first field with an enum of this name.
const fn find_field(
    mut fields: &[FieldDescriptor],
    name: &str,
) -> Option<(&'static str, &'static EnumDescriptor)> {
    while let [field, rest @ ..] = fields {
        if let Some(of) = enum_of(&field.ty)
            && eq(of.name, name)
        {
            return Some((field.wire_name, of));
        }
        fields = rest;
    }
    None
}
