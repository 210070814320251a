//! Checks the objects in a list at compile time.

use super::{Message, push};
use crate::event::{
    descriptor::{FieldDescriptor, FieldType},
    schema_version::SchemaVersion,
};

/// The problems of the objects in a list: a list in them, a field that is newer than the event or is
/// retired later, a field without a doc comment in an event with a registry. `schema` is the version of
/// the event, and empty for a part.
#[must_use]
pub const fn item_problem(
    list: &FieldDescriptor,
    schema: &str,
    has_registry: bool,
) -> Option<Message> {
    let mut text = Message::EMPTY;
    let mut fields = match list.ty.item_fields() {
        Some(fields) => fields,
        None => &[],
    };
    while let [field, rest @ ..] = fields {
        if let FieldType::List(_) = field.ty {
            push_field(&mut text, field, list);
            text.push(" is a list\nhelp: an item has single values only: use one field for each, or a `Count`");
        }
        if let Some(since) = field.since
            && is_later(since, schema)
        {
            push_field(&mut text, field, list);
            push(&mut text, &[" exists since ", since]);
            push(&mut text, &[" but the event declares schema `", schema]);
            push(&mut text, &["`\nhelp: declare `schema = \"", since, "\"`"]);
        }
        if let Some(retired) = field.retired
            && is_later(retired, schema)
        {
            push_field(&mut text, field, list);
            push(&mut text, &[" is retired in ", retired]);
            push(&mut text, &[" but the event declares schema `", schema]);
            push(
                &mut text,
                &["`\nhelp: declare `schema = \"", retired, "\"`"],
            );
        }
        if has_registry && field.docs.is_empty() {
            push_field(&mut text, field, list);
            text.push(" has no doc comment\nhelp: it becomes `description` in the JSON Schema and is shown to users");
        }
        fields = rest;
    }
    if text.is_empty() { None } else { Some(text) }
}

/// Starts a line about a field.
const fn push_field(text: &mut Message, field: &FieldDescriptor, list: &FieldDescriptor) {
    if !text.is_empty() {
        text.push("\n");
    }
    push(text, &["field `", field.wire_name, "` in each item of `"]);
    push(text, &[list.wire_name, "`"]);
}

const fn is_later(since: &str, schema: &str) -> bool {
    match (SchemaVersion::parse(since), SchemaVersion::parse(schema)) {
        (Some(since), Some(schema)) => since.is_later_than(schema),
        _ => false,
    }
}
