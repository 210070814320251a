//! The log record of an example event, for a product that sends OTLP.

use super::example::Example;
use crate::{
    event::descriptor::{EventDescriptor, FieldDescriptor, sentinel::Sentinel},
    schema::json::{Object, decimal},
    wire::otlp::record::SEVERITY,
};

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
