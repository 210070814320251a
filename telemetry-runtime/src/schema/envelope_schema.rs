//! JSON Schema of the envelope, the outer object of one POST.
//!
//! **Invariants.** It describes the keys of [`KEYS`] and never an event's parameters: the registry
//! document does.

use super::json::{self, Object};
use crate::wire::envelope::{EVENT_PROTOCOL, KEYS, KeyValue};

const TIMESTAMP: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$";

/// The keys whose values differ between envelopes, each with its meaning.
pub(crate) fn fields() -> impl Iterator<Item = (&'static str, &'static str)> {
    KEYS.iter()
        .filter_map(|(key, value)| Some((*key, description(value)?)))
}

/// `None` for a value that is the same in all envelopes, and for the events.
const fn description(value: &KeyValue) -> Option<&'static str> {
    Some(match value {
        KeyValue::ClientId => "Number of the product family, the same for everybody.",
        KeyValue::ClientVersion => "Version of the product.",
        KeyValue::CpuArchitecture => "Architecture of the machine, as `uname -m` names it.",
        KeyValue::SchemaVersion => "Schema version of every event in this envelope.",
        KeyValue::SystemVersion => "Telemetry system of the product and its version.",
        KeyValue::SentAt => "When this attempt was made, UTC.",
        KeyValue::SessionId => {
            "Random id of one run of the program, with the session prefix if one is set."
        }
        KeyValue::Constant(_) | KeyValue::EventProtocol | KeyValue::Events => return None,
    })
}

const fn pattern(value: &KeyValue) -> Option<&'static str> {
    match value {
        KeyValue::SchemaVersion => Some("^[0-9]+\\.[0-9]+$"),
        KeyValue::SystemVersion => Some("^([a-z0-9-]+/[0-9]+\\.[0-9]+|undefined)$"),
        KeyValue::SentAt => Some(TIMESTAMP),
        _ => None,
    }
}

pub(super) fn envelope_json_schema(client_id: &str) -> String {
    json::document(|root| {
        root.text("$schema", "http://json-schema.org/draft-07/schema#")
            .text(
                "description",
                "The envelope of anonymous events: the JSON object of one POST.",
            )
            .text("type", "object")
            .object("properties", |properties| {
                for (key, value) in &KEYS {
                    properties.object(key, |property| write_value(property, value, client_id));
                }
            })
            .boolean("additionalProperties", false)
            .texts("required", KEYS.iter().map(|(key, _)| *key));
    })
}

fn write_value(property: &mut Object<'_>, value: &KeyValue, client_id: &str) {
    match value {
        KeyValue::Constant(text) => property.text("const", text),
        KeyValue::EventProtocol => property.text("const", EVENT_PROTOCOL),
        KeyValue::ClientId => property.text("const", client_id),
        KeyValue::Events => property
            .text("type", "array")
            .text("description", "One or more events of one schema version.")
            .object("items", write_event)
            .integer("minItems", 1),
        other => {
            let property = text(property, description(other).unwrap_or_default());
            match pattern(other) {
                Some(pattern) => property.text("pattern", pattern),
                None => property,
            }
        }
    };
}

fn write_event(item: &mut Object<'_>) {
    item.text("type", "object")
        .object("properties", |properties| {
            properties
                .object("ts", |ts| {
                    text(ts, "When the event was recorded, UTC.").text("pattern", TIMESTAMP);
                })
                .object("parameters", |parameters| {
                    parameters.text("type", "object").text(
                        "description",
                        "The fields of the event: see the registry document.",
                    );
                })
                .object("name", |name| {
                    text(name, "Name of the event in the registry document.")
                        .text("pattern", "^[a-z][a-z0-9_]*$");
                });
        })
        .boolean("additionalProperties", false)
        .texts("required", ["ts", "parameters", "name"]);
}

fn text<'o, 't>(object: &'o mut Object<'t>, description: &str) -> &'o mut Object<'t> {
    object
        .text("type", "string")
        .text("description", description)
}
