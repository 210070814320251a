//! Enum values that not every event may write: those that are newer than its schema, and those that
//! are retired. Enums without such values do not come here.

use crate::event::{
    TelemetryEnum,
    field::HasSentinel,
    schema_version::SchemaVersion,
    visitor::{FieldVisitor, Key},
};

/// Hands over `value`, or the fallback where the event must not write it.
pub fn put_versioned<E: TelemetryEnum + HasSentinel>(
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

/// The text that an event of version `schema` writes instead of `value`, if it must.
pub fn fallback_for<E: TelemetryEnum>(value: &E, schema: SchemaVersion) -> Option<&'static str> {
    if value.since() > schema {
        E::DESCRIPTOR.fallback
    } else {
        None
    }
}
