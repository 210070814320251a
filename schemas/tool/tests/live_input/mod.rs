//! Input of a live check: the document of `tests/live`, its payloads, and recorded envelopes.

#![allow(dead_code, reason = "not every test uses each helper")]

use std::{fs, path::Path};

use serde_json::{Value, json};
use telemetry_tool::{
    document as documents,
    history::Released,
    live::{Contracts, Outcome, check},
    lock as locks,
};

fn json_of(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

pub(crate) fn document() -> Value {
    json_of("tests/live/run.json")
}

pub(crate) fn lock() -> Value {
    json_of("tests/live/run.lock.json")
}

pub(crate) fn with(mut json: Value, pointer: &str, change: impl FnOnce(&mut Value)) -> Value {
    change(json.pointer_mut(pointer).unwrap());
    json
}

pub(crate) fn contracts_of(sides: Vec<(Value, Option<Value>)>) -> Contracts {
    let released = sides.into_iter().map(|(document, lock)| Released {
        document: documents::read("run.json", document.to_string().as_bytes()).unwrap(),
        lock: lock.map(|lock| locks::read("run.lock.json", lock.to_string().as_bytes()).unwrap()),
    });
    Contracts::new(released.collect()).unwrap()
}

/// A payload of `run_event` without a violation.
pub(crate) fn payload() -> Value {
    json!({
        "status": "success", "count": 3, "seconds": -1.0, "records": "0", "mode": "batch",
        "hosts": ["local"], "steps": [{"ms": -1}], "cached": false,
    })
}

pub(crate) fn line(event: &str, version: &str, parameters: &Value) -> String {
    json!({
        "ts": "2026-11-28T10:00:00.000Z", "name": event, "eventSchemaVer": version,
        "parameters": parameters,
    })
    .to_string()
}

pub(crate) fn envelope(version: &str, events: &[(&str, Value)]) -> String {
    let events: Value = events
        .iter()
        .map(|(name, parameters)| {
            json!({"ts": "2026-11-28T10:00:00.000Z", "parameters": parameters, "name": name})
        })
        .collect();
    json!({"clientId": "1", "eventSchemaVer": version, "events": events}).to_string()
}

/// The envelopes that the products have sent, with the bytes of the request if they were recorded.
///
/// `mixed` selects those that contain an event without a document.
pub(crate) fn recorded_envelopes(mixed: bool) -> Vec<String> {
    let vectors = json_of("../../tests/vectors/envelopes.json");
    let vectors = vectors["vectors"].as_array().unwrap().iter();
    vectors
        .filter(|vector| vector["envelope"].is_object())
        .filter(|vector| vector["case"].as_str().unwrap().starts_with("mixed") == mixed)
        .map(|vector| match vector["request_body_text"].as_str() {
            Some(text) => text.to_owned(),
            None => vector["envelope"].to_string(),
        })
        .collect()
}

/// The recorded payloads: event and parameters.
pub(crate) fn recorded_events() -> Vec<(String, Value)> {
    let vectors = json_of("../../tests/vectors/events.json");
    let vectors = vectors["vectors"].as_array().unwrap().iter();
    vectors
        .filter(|vector| vector["parameters"].is_object())
        .map(|vector| {
            let event = vector["event"].as_str().unwrap().to_owned();
            (event, vector["parameters"].clone())
        })
        .collect()
}

pub(crate) fn recorded_event(name: &str) -> Value {
    let mut events = recorded_events().into_iter();
    events.find(|(event, _)| event == name).unwrap().1
}

pub(crate) fn check_text(text: &str, contracts: &Contracts) -> Outcome {
    check(text.as_bytes(), contracts, None).unwrap()
}
