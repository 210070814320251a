//! The requests of a product that sends OTLP: their fields, and an example of each event.

use super::example::Example;
use crate::{
    event::descriptor::{EventDescriptor, FieldDescriptor, sentinel::Sentinel},
    product::Product,
    schema::json::{Object, decimal},
    wire::{
        otlp::{
            frame::{RESOURCE, ResourceValue},
            record::SEVERITY,
        },
        wires::Wire,
    },
};

pub(super) const FORMAT: &str = "Requests have the format of OpenTelemetry logs (OTLP) in JSON. Fields of events are attributes.";

/// Whether the product sends OTLP.
pub(crate) fn is_wire_of(product: &Product) -> bool {
    product.wire == Wire::Otlp
}

/// The fields of a request beside those of the events, each with its meaning.
pub(super) fn request_fields(session: bool) -> impl Iterator<Item = (&'static str, &'static str)> {
    let resource = RESOURCE.into_iter().filter_map(move |(key, value)| {
        let meaning = match value {
            ResourceValue::Product => "Name of the product.",
            ResourceValue::ClientVersion => "Version of the product.",
            ResourceValue::SessionId if !session => return None,
            ResourceValue::SessionId => {
                "Random id of one run of the program, with the session prefix if one is set."
            }
            ResourceValue::CpuArchitecture => {
                "Architecture of the machine, as `uname -m` names it."
            }
            ResourceValue::ClientId => "Number of the product family, the same for everybody.",
        };
        Some((key, meaning))
    });
    resource.chain([
        (
            "scope",
            "Telemetry system of the product and its version, as `name` and `version`.",
        ),
        (
            "schemaUrl",
            "Schema version of every event in this request.",
        ),
        ("observedTimeUnixNano", "When this attempt was made, UTC."),
    ])
}

/// The fields that are the same in every build of the product, with their texts.
pub(super) fn constant_texts(
    product: &Product,
) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
    let name = |value| matches!(value, ResourceValue::Product);
    let names = RESOURCE.into_iter().filter(move |(_, value)| name(*value));
    let product = product.name;
    names.map(move |(key, _)| (key, product))
}

/// Writes the log record of the example, without its times, into `object`.
pub(crate) fn write_record(object: &mut Object<'_>, event: &EventDescriptor) {
    object
        .integer("severityNumber", SEVERITY)
        .text("eventName", event.name);
    write_attributes(object, "attributes", event.fields, event.schema_version);
}

fn write_attributes(
    object: &mut Object<'_>,
    key: &str,
    fields: &[FieldDescriptor],
    schema_version: &str,
) {
    object.objects(key, fields, |object, field| {
        object
            .text("key", field.wire_name)
            .object("value", |value| {
                write_value(value, Example::of(field, schema_version), schema_version);
            });
    });
}

fn write_value(value: &mut Object<'_>, example: Example, schema_version: &str) {
    match example {
        Example::Constant(constant) => write_constant(value, constant),
        Example::Boolean => {
            value.boolean("boolValue", true);
        }
        Example::Integer(number) => {
            value.text("intValue", &number);
        }
        Example::Number(number) => {
            value.raw("doubleValue", &number);
        }
        Example::Text(text) => {
            value.text("stringValue", &text);
        }
        Example::Texts(text) => write_texts(value, [&*text]),
        Example::Object(fields) => write_fields(value, fields, schema_version),
        Example::Objects(fields) => {
            value.object("arrayValue", |array| {
                array.objects("values", [fields], |item, fields| {
                    write_fields(item, fields, schema_version);
                });
            });
        }
    }
}

/// The fields of one item of a list.
fn write_fields(item: &mut Object<'_>, fields: &[FieldDescriptor], schema_version: &str) {
    item.object("kvlistValue", |list| {
        write_attributes(list, "values", fields, schema_version);
    });
}

fn write_constant(value: &mut Object<'_>, constant: Sentinel) {
    match constant {
        Sentinel::Boolean(constant) => {
            value.boolean("boolValue", constant);
        }
        Sentinel::Integer(constant) => {
            value.text("intValue", &constant.to_string());
        }
        Sentinel::Number(constant) => {
            value.raw("doubleValue", &decimal(constant));
        }
        Sentinel::Text(constant) => {
            value.text("stringValue", &constant);
        }
        Sentinel::List(items) => write_texts(value, items.iter().map(String::as_str)),
    }
}

fn write_texts<'t>(value: &mut Object<'_>, texts: impl IntoIterator<Item = &'t str>) {
    value.object("arrayValue", |array| {
        array.objects("values", texts, |item, text| {
            item.text("stringValue", text);
        });
    });
}
