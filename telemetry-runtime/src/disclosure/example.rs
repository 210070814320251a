//! Creates an example of each event from its descriptor: every field with a possible value.
//!
//! The values are made up and never come from the machine.

use std::borrow::Cow;

use super::Disclosure;
use crate::{
    event::descriptor::{EventDescriptor, FieldDescriptor, FieldType, sentinel::Sentinel},
    schema::{
        json::{self, Object},
        privacy_report::{innermost, values},
    },
};

impl Disclosure {
    /// The parameters of an example event, as indented JSON. Every field has a value of its type, and
    /// a constant or a retired field its own.
    #[must_use]
    pub fn sample(event: &EventDescriptor) -> String {
        json::document(|object| write(object, event))
    }
}

/// A possible value of a field.
pub(super) enum Example {
    Constant(Sentinel),
    Boolean,
    Integer(String),
    Number(String),
    Text(Cow<'static, str>),
    Texts(Cow<'static, str>),
    Object(&'static [FieldDescriptor]),
    Objects(&'static [FieldDescriptor]),
}

impl Example {
    pub(super) fn of(field: &FieldDescriptor, schema_version: &str) -> Self {
        if let Some(constant) = field.is_fixed().then(|| field.sentinel()).flatten() {
            return Self::Constant(constant);
        }
        match &field.ty {
            FieldType::Boolean => Self::Boolean,
            FieldType::Integer => Self::Integer(clamp_to_range(field, 12.0).trunc().to_string()),
            FieldType::Number => Self::Number(json::decimal(clamp_to_range(field, 0.5))),
            FieldType::Text(_) | FieldType::Enum(_) => {
                Self::Text(text_value(field, schema_version))
            }
            FieldType::Object(fields) => Self::Object(fields),
            FieldType::List(FieldType::Object(fields)) => Self::Objects(fields),
            FieldType::List(_) => Self::Texts(text_value(field, schema_version)),
        }
    }
}

/// Writes the fields of the example into `object`.
pub(crate) fn write(object: &mut Object<'_>, event: &EventDescriptor) {
    write_fields(object, event.fields, event.schema_version);
}

fn write_fields(object: &mut Object<'_>, fields: &[FieldDescriptor], schema_version: &str) {
    for field in fields {
        let key = field.wire_name;
        match Example::of(field, schema_version) {
            Example::Constant(constant) => object.sentinel(key, constant),
            Example::Boolean => object.boolean(key, true),
            Example::Integer(number) | Example::Number(number) => object.raw(key, &number),
            Example::Text(text) => object.text(key, &text),
            Example::Texts(text) => object.texts(key, [&*text]),
            Example::Object(fields) => {
                object.object(key, |object| write_fields(object, fields, schema_version))
            }
            Example::Objects(fields) => object.objects(key, [fields], |object, fields| {
                write_fields(object, fields, schema_version);
            }),
        };
    }
}

fn text_value(field: &FieldDescriptor, schema_version: &str) -> Cow<'static, str> {
    let ty = innermost(&field.ty);
    let known = values(ty, schema_version).unwrap_or_default();
    let default = match (field.sentinel(), ty) {
        // Only if the default is not the fallback, which means unknown.
        (Some(Sentinel::Text(default)), FieldType::Enum(of)) if of.fallback != Some(&*default) => {
            Some(default)
        }
        _ => None,
    };
    let first = known.first().copied().unwrap_or("example");
    default.unwrap_or(Cow::Borrowed(first))
}

/// `value`, clamped to the range of the field.
fn clamp_to_range(field: &FieldDescriptor, value: f64) -> f64 {
    match field.range {
        Some((min, max)) if min <= max => value.clamp(min, max),
        _ => value,
    }
}
