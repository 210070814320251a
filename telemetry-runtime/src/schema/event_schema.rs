//! JSON Schema of events: the registry document and the document of one event.
//!
//! One writer over a list of events produces both.
//!
//! **Invariants.** The key order is that of the published documents. Only this file determines it.

use crate::event::{
    descriptor::{EnumDescriptor, EnumValue, EventDescriptor, FieldDescriptor, FieldType},
    schema_version::SchemaVersion,
};

use super::{
    declaration::{Declaration, INTEGER},
    json::{self, Object},
};

const DRAFT_07: &str = "http://json-schema.org/draft-07/schema#";
const DEFINITION_VERSION: &str = "1.0";
/// The data is not used to address users. The published convention has no other value.
const PERSONALIZATION: &str = "";

pub(super) fn registry_json_schema(registry: &Declaration) -> String {
    write(
        registry.description,
        |meta| {
            meta.text("clientName", registry.client_name)
                .text("definitionVersion", DEFINITION_VERSION)
                .text("schemaVersion", registry.version)
                .text("clientId", registry.client_id);
            if let Some(since) = registry.require_why_since {
                meta.text("requireWhySince", since);
            }
        },
        registry.version,
        registry.types,
        registry.events,
    )
}

/// The document of one event, without the client's name and id: only a registry has them.
pub(crate) fn event_json_schema(event: &'static EventDescriptor) -> String {
    write(
        event.docs,
        |meta| {
            meta.text("definitionVersion", DEFINITION_VERSION)
                .text("schemaVersion", event.schema_version);
        },
        event.schema_version,
        &[],
        &[event],
    )
}

fn write(
    description: &str,
    meta: impl FnOnce(&mut Object<'_>),
    version: &str,
    listed: &[FieldType],
    events: &[&EventDescriptor],
) -> String {
    json::document(|root| {
        root.text("$schema", DRAFT_07)
            .text("description", description)
            .object("schemaMeta", |object| {
                meta(object);
                object.text("personalization", PERSONALIZATION);
            })
            .object("definitions", |definitions| {
                definitions
                    .object("types", |types| {
                        for shared in shared_types(listed, events) {
                            types.object(shared.name(), |object| shared.write(object, version));
                        }
                    })
                    .object("events", |object| {
                        for event in events {
                            object.object(event.name, |object| write_event(object, event));
                        }
                    });
            })
            .objects("oneOf", events, |branch, event| {
                branch.text("$ref", &format!("#/definitions/events/{}", event.name));
            });
    })
}

/// A type of `definitions.types`.
#[derive(Clone, Copy)]
enum Shared {
    Integer,
    Enum(&'static EnumDescriptor),
}

impl Shared {
    fn of(ty: &FieldType) -> Option<Self> {
        match ty {
            FieldType::Integer => Some(Self::Integer),
            FieldType::Enum(descriptor) => Some(Self::Enum(descriptor)),
            FieldType::List(item) => Self::of(item),
            FieldType::Boolean | FieldType::Number | FieldType::Text(_) | FieldType::Object(_) => {
                None
            }
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Integer => INTEGER,
            Self::Enum(descriptor) => descriptor.name,
        }
    }

    fn write(self, object: &mut Object<'_>, version: &str) {
        match self {
            Self::Integer => object
                .text("type", "integer")
                .text(
                    "description",
                    "A whole number in the signed 64-bit range: a count, a size, a duration, an \
                     exit code.",
                )
                .integer("maximum", i64::MAX)
                .integer("minimum", i64::MIN),
            Self::Enum(descriptor) => object
                .text("type", "string")
                .text("description", descriptor.docs)
                .texts(
                    "enum",
                    descriptor
                        .values
                        .iter()
                        .filter(|value| is_in(value, version))
                        .map(|value| value.wire),
                ),
        };
    }
}

/// False for a value that is newer than the document. Events of the document cannot write it.
pub(super) fn is_in(value: &EnumValue, document: &str) -> bool {
    match (
        value.since.and_then(SchemaVersion::parse),
        SchemaVersion::parse(document),
    ) {
        (Some(since), Some(document)) => since <= document,
        _ => true,
    }
}

/// The listed types, followed by all other types in the order of their first use.
fn shared_types(listed: &[FieldType], events: &[&EventDescriptor]) -> Vec<Shared> {
    let fields = events.iter().flat_map(|event| event.fields);
    let fields = fields.flat_map(|field| match field.ty.item_fields() {
        Some(fields) => fields,
        None => std::slice::from_ref(field),
    });
    let mut types: Vec<Shared> = Vec::new();
    for ty in listed.iter().chain(fields.map(|field| &field.ty)) {
        if let Some(shared) = Shared::of(ty)
            && !types.iter().any(|known| known.name() == shared.name())
        {
            types.push(shared);
        }
    }
    types
}

fn write_event(object: &mut Object<'_>, event: &EventDescriptor) {
    object
        .text("description", event.docs)
        .text("type", "object")
        .object("eventMeta", |meta| {
            meta.text("service", "telemetry").object("gdpr", |gdpr| {
                gdpr.text("category", event.gdpr.category.as_str())
                    .text("description", event.gdpr.purpose)
                    .text("personalization", PERSONALIZATION);
            });
        })
        .object("properties", |properties| {
            write_fields(properties, event.fields)
        })
        .boolean("additionalProperties", false)
        .texts("required", event.fields.iter().map(|field| field.wire_name));
}

fn write_fields(properties: &mut Object<'_>, fields: &[FieldDescriptor]) {
    for field in fields {
        properties.object(field.wire_name, |property| write_field(property, field));
    }
}

fn write_field(property: &mut Object<'_>, field: &FieldDescriptor) {
    match field.ty {
        FieldType::List(item) => {
            property
                .text("type", "array")
                .object("items", |items| write_type(items, item, ""));
            if let Some(most) = field.max_items {
                property.integer("maxItems", i64::try_from(most).unwrap_or(i64::MAX));
            }
            property.text("description", field.docs);
        }
        ref ty => write_type(property, ty, field.docs),
    }
    if let Some(question) = field.why {
        // The key for notes to readers of a schema, which validators ignore.
        property.text("$comment", question);
    }
}

fn write_type(object: &mut Object<'_>, ty: &FieldType, description: &str) {
    match Shared::of(ty) {
        Some(shared) => object
            .text("description", description)
            .text("$ref", &format!("#/definitions/types/{}", shared.name())),
        None => object
            .text("type", plain_type(ty))
            .text("description", description),
    };
    if let FieldType::Object(fields) = ty {
        object
            .object("properties", |properties| write_fields(properties, fields))
            .boolean("additionalProperties", false)
            .texts("required", fields.iter().map(|field| field.wire_name));
    }
}

fn plain_type(ty: &FieldType) -> &'static str {
    match ty {
        FieldType::Boolean => "boolean",
        FieldType::Integer => "integer",
        FieldType::Number => "number",
        FieldType::Text(_) | FieldType::Enum(_) => "string",
        FieldType::List(_) => "array",
        FieldType::Object(_) => "object",
    }
}
