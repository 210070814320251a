//! Enum values that an event must not write: values that are newer than its schema version, and
//! retired values. Enums without such values do not use this code.

use crate::event::{
    TelemetryEnum,
    field::HasSentinel,
    schema_version::SchemaVersion,
    visitor::{FieldVisitor, Key},
};

/// Passes `value` to `visitor`, or the fallback if the event must not write the value.
pub fn visit_versioned<E: TelemetryEnum + HasSentinel>(
    value: &E,
    key: Key,
    visitor: &mut impl FieldVisitor,
) {
    if value.since() > visitor.schema() {
        visitor.coerced();
        visitor.quoted(key, E::sentinel().quoted());
    } else {
        visitor.quoted(key, value.quoted());
    }
}

/// The text that an event of version `schema` writes instead of `value`, if it must not write it.
pub fn fallback_for<E: TelemetryEnum>(value: &E, schema: SchemaVersion) -> Option<&'static str> {
    if value.since() > schema {
        E::DESCRIPTOR.fallback
    } else {
        None
    }
}
