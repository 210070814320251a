//! The registry document: the declarations of the five products match the published schema, and the
//! checked-in document matches the declarations.

use serde_json::Value;
use telemetry_examples::registry::REGISTRY;
use telemetry_runtime::{TelemetryEnum, TelemetryEvent, schema::Document};
use telemetry_tests::vectors::{canonical, document, workspace};

/// The document without its descriptions, whose wording differs from the published one.
fn structure(mut value: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(entries) => {
                for (key, value) in entries {
                    match value {
                        Value::String(text) if key == "description" => text.clear(),
                        other => strip(other),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut value);
    value
}

fn generated() -> Value {
    serde_json::from_str(&REGISTRY.json_schema()).unwrap()
}

/// The document that the products had before Anonymizer and Safe Synthesizer followed their releases.
fn before() -> Value {
    let path = workspace().join("schemas/history/1.9.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn the_first_released_document_is_structurally_the_recorded_one() {
    assert_same_structure(before(), document("registry"));
}

/// The recorded document with the field that Anonymizer has added since.
#[test]
fn the_document_is_the_recorded_one_with_the_released_field() {
    let mut released = document("registry");
    released["schemaMeta"]["schemaVersion"] = "1.10".into();
    let event = "/definitions/events/anonymizer_event";
    let event = released.pointer_mut(event).unwrap();
    let fields = event["properties"].as_object_mut().unwrap();
    let added = fields["avgTokensPerRecord"].clone();
    let at = 1 + fields
        .keys()
        .position(|name| name == "avgTokensPerRecord")
        .unwrap();
    fields.shift_insert(at, "inputTokens".to_owned(), added);
    event["required"]
        .as_array_mut()
        .unwrap()
        .insert(at, "inputTokens".into());
    assert_same_structure(generated(), released);
}

#[track_caller]
fn assert_same_structure(ours: Value, recorded: Value) {
    let (ours, recorded) = (structure(ours), structure(recorded));
    // First by part, so that a failure names it; then as a whole, key order included.
    for part in [
        "/schemaMeta",
        "/definitions/types",
        "/definitions/events",
        "/oneOf",
    ] {
        let (ours, recorded) = (ours.pointer(part).unwrap(), recorded.pointer(part).unwrap());
        if let (Some(ours), Some(recorded)) = (ours.as_object(), recorded.as_object()) {
            for (key, recorded) in recorded {
                let ours = ours.get(key).map(canonical);
                assert_eq!(ours, Some(canonical(recorded)), "{part}/{key}");
            }
        }
        assert_eq!(canonical(ours), canonical(recorded), "{part}");
    }
    assert_eq!(canonical(&ours), canonical(&recorded));
}

/// The message names the arguments that rewrite the file; CONTRIBUTING.md has the command.
#[test]
fn the_checked_in_registry_document_is_fresh() {
    let checked = REGISTRY.check(
        Document::Events,
        workspace().join("schemas/anonymous_events.json"),
    );
    assert!(checked.is_ok(), "{}", checked.unwrap_err());
}

#[test]
fn the_checked_in_lock_is_fresh() {
    let checked = REGISTRY.check(Document::Lock, workspace().join("schemas/events.lock.json"));
    assert!(checked.is_ok(), "{}", checked.unwrap_err());
}

#[test]
fn the_checked_in_schema_of_the_envelope_is_fresh() {
    let checked = REGISTRY.check(
        Document::Envelope,
        workspace().join("schemas/envelope.json"),
    );
    assert!(checked.is_ok(), "{}", checked.unwrap_err());
}

#[test]
fn a_stale_document_is_reported_with_the_command_that_rewrites_it() {
    let stale = REGISTRY.check(
        Document::Events,
        workspace().join("tests/vectors/registry.json"),
    );
    let message = stale.unwrap_err().to_string();
    let help = "\nhelp: to rewrite it, run the schema tool with `write ";
    assert!(message.contains(help), "{message}");
}

#[test]
fn the_layout_is_four_spaces_ascii_and_a_last_newline() {
    let text = REGISTRY.json_schema();
    assert!(text.is_ascii());
    // serde_json indents by two.
    let mut laid_out = String::new();
    for line in format!("{:#}", generated()).lines() {
        let content = line.trim_start_matches(' ');
        laid_out.push_str(&" ".repeat(2 * (line.len() - content.len())));
        laid_out.push_str(content);
        laid_out.push('\n');
    }
    assert_eq!(text, laid_out);
}

#[test]
fn every_key_has_a_custom_description() {
    fn descriptions(path: &str, value: &Value, found: &mut Vec<(String, String)>) {
        match value {
            Value::Object(entries) => {
                for (key, value) in entries {
                    let path = format!("{path}/{key}");
                    match value {
                        // The elements of a list are described by the list.
                        Value::String(text)
                            if key == "description" && !path.ends_with("/items/description") =>
                        {
                            found.push((path, text.clone()));
                        }
                        other => descriptions(&path, other, found),
                    }
                }
            }
            Value::Array(items) => items
                .iter()
                .for_each(|item| descriptions(path, item, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    descriptions("", &generated(), &mut found);
    assert!(found.len() > 92, "every field of five events, and more");
    for (path, text) in found {
        assert!(!text.trim().is_empty(), "{path} is empty");
    }
}

/// Speed.
#[derive(TelemetryEnum)]
#[event(name = "EngineEnum")]
enum Engine {
    Plain,
    #[event(since = "1.10")]
    Fast,
    #[event(retired)]
    Slow,
    #[event(fallback)]
    Undefined,
}

/// An event of an older version.
#[derive(TelemetryEvent)]
#[event(name = "start", schema = "1.9")]
struct Start {
    /// The engine.
    #[event(required)]
    engine: Engine,
}

#[test]
fn an_events_schema_has_no_value_that_is_newer_than_the_event() {
    let schema: Value = serde_json::from_str(&Start::json_schema()).unwrap();
    let values = &schema["definitions"]["types"]["EngineEnum"]["enum"];
    assert_eq!(*values, serde_json::json!(["plain", "slow", "undefined"]));
    let event = Start::builder().engine(Engine::Fast).build();
    assert_eq!(
        event.parameters().to_json(),
        r#"{"engine":"undefined"}"#,
        "what is written is in the schema"
    );
}
