//! The lock: the facts of the declarations that the registry document does not contain.
//!
//! `docs/lock.md` documents the layout.
//!
//! **Invariants.** The lock follows from the declarations alone, so that every machine writes the same
//! bytes. A line has at most one fact. Events and fields have the order of the registry document.

use std::slice;

use super::{
    declaration::{Declaration, DisclosedData},
    json::{self, Object},
    privacy_report::{FieldClass, innermost, values},
    registry::Registry,
};
use crate::event::descriptor::{
    EnumDescriptor, EnumValue, EventDescriptor, FieldDescriptor, FieldType, Unit, place::Place,
};

/// The version of the layout.
const LOCK_VERSION: i64 = 1;

impl Registry {
    /// The lock: the facts of the declarations that the registry document does not contain, such as
    /// sentinels, units, labels and the place of each item in the code.
    ///
    /// [`Document::Lock`](crate::schema::Document::Lock) documents the layout.
    #[must_use]
    pub fn lock(&self) -> String {
        lock(&self.declared)
    }
}

fn lock(registry: &Declaration) -> String {
    json::document(|root| {
        root.integer("lockVersion", LOCK_VERSION)
            .text("schemaVersion", registry.version)
            .object("disclosures", |object| {
                for disclosed in registry.disclosures {
                    let DisclosedData {
                        product,
                        digest,
                        events,
                    } = disclosed();
                    object.object(product, |object| {
                        object.text("digest", &digest).texts("events", events);
                    });
                }
            })
            .object("enums", |object| write_enums(object, registry))
            .object("events", |object| {
                for event in registry.events {
                    object.object(event.name, |object| write_event(object, event));
                }
            });
    })
}

fn write_enums(object: &mut Object<'_>, registry: &Declaration) {
    let fields = registry.events.iter().flat_map(|event| event.fields);
    let fields = fields.flat_map(|field| field.ty.item_fields().unwrap_or(slice::from_ref(field)));
    let types = registry.types.iter().chain(fields.map(|field| &field.ty));
    let mut enums: Vec<&EnumDescriptor> = Vec::new();
    for ty in types {
        if let FieldType::Enum(descriptor) = innermost(ty)
            && !enums.iter().any(|known| is_same(known, descriptor))
        {
            enums.push(descriptor);
        }
    }
    let mut names: Vec<&str> = Vec::new();
    for descriptor in &enums {
        if !names.contains(&descriptor.name) {
            names.push(descriptor.name);
        }
    }
    for name in names {
        let declarations = enums.iter().filter(|descriptor| descriptor.name == name);
        object.objects(name, declarations, |object, descriptor| {
            write_enum(object, descriptor);
        });
    }
}

/// True if both describe the same declaration. The compiler can copy a descriptor into several crates.
fn is_same(a: &EnumDescriptor, b: &EnumDescriptor) -> bool {
    std::ptr::eq(a, b)
        || (a.name == b.name
            && a.place.is_same(&b.place)
            && a.fallback == b.fallback
            && a.values == b.values)
}

fn write_enum(object: &mut Object<'_>, descriptor: &EnumDescriptor) {
    write_place(object, &descriptor.place, None);
    if let Some(fallback) = descriptor.fallback {
        object.text("fallback", fallback);
    }
    let values = descriptor.values.iter();
    if values.clone().any(|value| value.since.is_some()) {
        object.object("since", |object| {
            for EnumValue { wire, since, .. } in values.clone() {
                if let Some(since) = since {
                    object.text(wire, since);
                }
            }
        });
    }
    let mut retired = values.filter(|value| value.retired).peekable();
    if retired.peek().is_some() {
        object.texts("retired", retired.map(|value| value.wire));
    }
}

fn write_event(object: &mut Object<'_>, event: &EventDescriptor) {
    object.text("schemaVersion", event.schema_version);
    write_place(object, &event.place, None);
    for (key, fact) in [
        ("owner", event.owner),
        ("review", event.review),
        ("expires", event.expires),
    ] {
        if let Some(fact) = fact {
            object.text(key, fact);
        }
    }
    if let Some(limit) = event.limit {
        object.text("limit", &limit.to_string());
    }
    write_fields(object, "fields", event.fields, event);
}

fn write_fields(
    object: &mut Object<'_>,
    key: &str,
    fields: &[FieldDescriptor],
    event: &EventDescriptor,
) {
    object.object(key, |object| {
        for field in fields {
            object.object(field.wire_name, |object| write_field(object, field, event));
        }
    });
}

fn write_field(object: &mut Object<'_>, field: &FieldDescriptor, event: &EventDescriptor) {
    write_place(object, &field.place, event.place.file());
    match field.sentinel() {
        None => object.boolean("required", true),
        Some(value) if field.constant => object.sentinel("constant", value),
        Some(value) => object.sentinel("sentinel", value),
    };
    object.text("privacy", FieldClass::of(field).as_str());
    for (key, fact) in [
        ("freeText", field.free_text),
        ("why", field.why),
        ("since", field.since),
        ("unit", field.unit.map(Unit::as_str)),
    ] {
        if let Some(fact) = fact {
            object.text(key, fact);
        }
    }
    if let Some((min, max)) = field.range {
        for (key, bound) in [("min", min), ("max", max)] {
            if bound.is_finite() {
                object.raw(key, &bound.to_string());
            }
        }
    }
    if let Some(characters) = field.max_len {
        object.raw("maxLen", &characters.to_string());
    }
    let edges = field.edges.as_slice();
    if !edges.is_empty() {
        object.raws("edges", edges.iter().map(u64::to_string));
    }
    if !field.constant
        && let Some(values) = values(&field.ty, event.schema_version)
    {
        object.texts("values", values);
    }
    if let Some(fields) = field.ty.item_fields() {
        write_fields(object, "items", fields, event);
    }
}

/// The file only if it is not that of the event, so that a moved file changes few lines.
fn write_place(object: &mut Object<'_>, place: &Place, of_event: Option<String>) {
    if let Some(item) = place.item() {
        object.text("item", item);
    }
    if let Some(file) = place.file()
        && Some(&file) != of_event.as_ref()
    {
        object.text("file", &file);
    }
}
