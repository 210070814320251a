//! The lock: the facts of the declarations that the registry document does not contain.
//!
//! `docs/lock.md` documents the layout.
//!
//! **Invariants.** The lock follows from the declarations alone, so that every machine writes the same
//! bytes. A line has at most one fact. Events and fields have the order of the registry document.

use super::{
    declaration::{Declaration, DisclosedData},
    event_schema::is_in,
    json::{self, Object},
    privacy_report::{FieldClass, innermost},
    registry::Registry,
};
use crate::event::descriptor::{
    EnumValue, EventDescriptor, FieldDescriptor, FieldType, Unit, place::Place,
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
            .text("schemaVersion", registry.version);
        if !registry.disclosures.is_empty() {
            root.text("disclosure", &digests(registry));
        }
        root.object("events", |object| {
            for event in registry.events {
                object.object(event.name, |object| write_event(object, event));
            }
        });
    })
}

/// The digest of each product.
fn digests(registry: &Declaration) -> String {
    let digests = registry.disclosures.iter().map(|disclosed| {
        let DisclosedData { product, digest } = disclosed();
        format!("{product}: {digest}")
    });
    digests.collect::<Vec<_>>().join("; ")
}

fn write_event(object: &mut Object<'_>, event: &EventDescriptor) {
    object.text("schema", event.schema_version);
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
    write_fields(object, event.fields, event);
}

fn write_fields(object: &mut Object<'_>, fields: &[FieldDescriptor], event: &EventDescriptor) {
    object.object("fields", |object| {
        for field in fields {
            object.object(field.wire_name, |object| write_field(object, field, event));
        }
    });
}

fn write_field(object: &mut Object<'_>, field: &FieldDescriptor, event: &EventDescriptor) {
    write_place(object, &field.place, event.place.file());
    if let Some(value) = field.sentinel() {
        let key = if field.has_default {
            "default"
        } else {
            "sentinel"
        };
        object.sentinel(key, value);
    }
    let class = FieldClass::of(field);
    // The fields of the objects have classes.
    if class != FieldClass::Objects {
        object.text("privacyClass", class.as_str());
    }
    for (key, fact) in [
        ("reason", field.free_text),
        ("why", field.why),
        ("since", field.since),
        ("retired", field.retired),
        ("unit", field.unit.map(Unit::as_str)),
    ] {
        if let Some(fact) = fact {
            object.text(key, fact);
        }
    }
    write_range(object, field);
    let edges = field.edges.as_slice();
    if !edges.is_empty() {
        object.raws("bucketEdges", edges.iter().map(u64::to_string));
    }
    match innermost(&field.ty) {
        _ if field.constant => {}
        FieldType::Text(Some(labels)) => {
            object.texts("labels", labels.iter().copied());
        }
        FieldType::Enum(descriptor) => {
            let version = event.schema_version;
            let values = descriptor.values.iter();
            write_values(object, values.filter(|value| is_in(value, version)));
        }
        FieldType::Object(fields) => write_fields(object, fields, event),
        _ => {}
    }
}

/// The bounds of the values that are sent unchanged.
fn write_range(object: &mut Object<'_>, field: &FieldDescriptor) {
    let (min, max) = field.range.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    let bounds = [
        ("min", min.is_finite().then(|| min.to_string())),
        ("max", max.is_finite().then(|| max.to_string())),
        ("maxLen", field.max_len.map(|length| length.to_string())),
    ];
    if bounds.iter().any(|(_, bound)| bound.is_some()) {
        object.object("range", |object| {
            for (key, bound) in bounds {
                if let Some(bound) = bound {
                    object.raw(key, &bound);
                }
            }
        });
    }
}

fn write_values<'v>(object: &mut Object<'_>, values: impl Iterator<Item = &'v EnumValue>) {
    object.object("values", |object| {
        for value in values {
            object.object(value.wire, |object| {
                if let Some(since) = value.since {
                    object.text("since", since);
                }
                if value.retired {
                    object.boolean("retired", true);
                }
            });
        }
    });
}

/// The file only if it is not that of the event, so that a moved file changes few lines.
fn write_place(object: &mut Object<'_>, place: &Place, of_event: Option<String>) {
    if let Some(file) = place.file()
        && Some(&file) != of_event.as_ref()
    {
        object.text("file", &file);
    }
    if let Some(item) = place.item() {
        object.text("path", item);
    }
}
