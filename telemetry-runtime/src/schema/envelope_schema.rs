//! JSON Schema of the envelope, the outer object of one POST.
//!
//! **Invariants.** It describes the keys of [`KEYS`] and never an event's parameters: the registry
//! document does.

use super::json::{self, Object};
use crate::wire::{
    constants::{EnvelopeConstants, Settable},
    envelope::{EVENT_PROTOCOL, KEYS, KeyValue},
};

const TIMESTAMP: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$";

/// The keys whose values differ between envelopes, and those that a product sets, each with its meaning.
pub(crate) fn fields(
    constants: EnvelopeConstants,
    session: bool,
) -> impl Iterator<Item = (&'static str, &'static str)> {
    let is_sent = move |value: &KeyValue| match value {
        KeyValue::Settable(key) => constants.given(*key).is_some(),
        KeyValue::SessionId => session,
        _ => true,
    };
    let sent = KEYS.iter().filter(move |(_, value)| is_sent(value));
    sent.filter_map(|(key, value)| Some((*key, description(value)?)))
}

/// The keys that a product sets to a text that is the same in every build, with this text.
pub(crate) fn constant_texts(
    constants: EnvelopeConstants,
) -> impl Iterator<Item = (&'static str, &'static str)> {
    KEYS.iter().filter_map(move |(key, value)| match value {
        KeyValue::Settable(Settable::DeviceOs | Settable::ProductVersion) => None,
        KeyValue::Settable(settable) => Some((*key, constants.given(*settable)?)),
        _ => None,
    })
}

/// `None` for a value that is the same in all envelopes, and for the events.
const fn description(value: &KeyValue) -> Option<&'static str> {
    Some(match value {
        KeyValue::ClientId => "Number of the product family, the same for everybody.",
        KeyValue::ClientVersion => "Version of the product.",
        KeyValue::Settable(key) => match key {
            Settable::DeviceOs => "Operating system of the machine.",
            Settable::ProductName => "Name of the product.",
            Settable::ProductVersion => "Version of the product, as its publisher counts.",
            Settable::FunctionalOptIn => "Opt-in value of the product for functional data.",
            Settable::TechnicalOptIn => "Opt-in value of the product for technical data.",
            Settable::BehavioralOptIn => "Opt-in value of the product for behavioral data.",
        },
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
        KeyValue::Settable(Settable::ProductName) => Some("^[0-9A-Za-z.+_-]+( [0-9A-Za-z.+_-]+)*$"),
        KeyValue::Settable(_) => Some("^[0-9A-Za-z.+_-]{1,64}$"),
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
            let described = description(other).unwrap_or_default();
            let property = match other {
                KeyValue::Settable(key) => {
                    let unset = key.unset();
                    let described =
                        format!("{described} `{unset}` if the product does not set it.");
                    text(property, &described)
                }
                _ => text(property, described),
            };
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
