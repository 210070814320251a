//! JSON Schema of the envelope, the outer object of one POST.
//!
//! It holds the thirty keys and their constants and must never describe an event: the parameters
//! are the registry document's.

use super::json::{self, Object};

/// What a key of the envelope may hold.
enum Value {
    /// Nothing that is known: the envelope has the key, we have no use for it.
    Undefined,
    /// This text.
    Constant(&'static str),
    /// The registry's client id.
    ClientId,
    /// Text: its description.
    Text(&'static str),
    /// Text of a shape: its description and a pattern.
    Shaped(&'static str, &'static str),
    /// The events.
    Events,
}

use Value::{ClientId, Constant, Events, Shaped, Text, Undefined};

const TIMESTAMP: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$";

const CLIENT_ID: &str = "Number of the product family, the same for everybody.";

/// The keys in their order on the wire.
const KEYS: [(&str, Value); 30] = [
    ("browserType", Undefined),
    ("clientId", ClientId),
    ("clientType", Constant("Native")),
    ("clientVariant", Constant("Release")),
    ("clientVer", Text("Version of the product.")),
    (
        "cpuArchitecture",
        Text("Architecture of the machine, as `uname -m` names it."),
    ),
    ("deviceGdprBehOptIn", Constant("None")),
    ("deviceGdprFuncOptIn", Constant("None")),
    ("deviceGdprTechOptIn", Constant("None")),
    ("deviceId", Undefined),
    ("deviceMake", Undefined),
    ("deviceModel", Undefined),
    ("deviceOS", Undefined),
    ("deviceOSVersion", Undefined),
    ("deviceType", Undefined),
    ("eventProtocol", Constant("1.6")),
    (
        "eventSchemaVer",
        Shaped(
            "Schema version of every event in this envelope.",
            "^[0-9]+\\.[0-9]+$",
        ),
    ),
    (
        "eventSysVer",
        Shaped(
            "Telemetry system of the product and its version.",
            "^[a-z0-9-]+/[0-9]+\\.[0-9]+$",
        ),
    ),
    ("externalUserId", Undefined),
    ("gdprBehOptIn", Constant("None")),
    ("gdprFuncOptIn", Constant("None")),
    ("gdprTechOptIn", Constant("None")),
    ("idpId", Undefined),
    ("integrationId", Undefined),
    ("productName", Undefined),
    ("productVersion", Undefined),
    (
        "sentTs",
        Shaped("When this attempt was made, UTC.", TIMESTAMP),
    ),
    (
        "sessionId",
        Text("Random id of one run of the program, with the session prefix if one is set."),
    ),
    ("userId", Undefined),
    ("events", Events),
];

/// The keys that are not the same in every envelope of the world, each with what it holds.
pub(crate) fn fields() -> impl Iterator<Item = (&'static str, &'static str)> {
    KEYS.iter().filter_map(|(key, value)| match value {
        ClientId => Some((*key, CLIENT_ID)),
        Text(description) | Shaped(description, _) => Some((*key, *description)),
        Undefined | Constant(_) | Events => None,
    })
}

pub(super) fn envelope_document(client_id: &str) -> String {
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

fn write_value(property: &mut Object<'_>, value: &Value, client_id: &str) {
    match value {
        Undefined => property.text("const", "undefined"),
        Constant(text) => property.text("const", text),
        ClientId => property.text("const", client_id),
        Text(description) => text(property, description),
        Shaped(description, pattern) => text(property, description).text("pattern", pattern),
        Events => property
            .text("type", "array")
            .text("description", "One or more events of one schema version.")
            .object("items", write_event)
            .integer("minItems", 1),
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
