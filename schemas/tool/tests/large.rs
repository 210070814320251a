//! Large documents: a report stays readable, and each event has the version that its changes need.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

use std::path::Path;

use serde_json::{Value, json};
use telemetry_tool::{
    diff::{Options, Side, compare},
    document::{self, Document},
    lock::{self, Lock},
    report::{Format, Style, diff::render},
    rules::Bump,
};

const EVENTS: usize = 150;
const VALUES: usize = 3000;

fn values(prefix: &str) -> Vec<String> {
    (0..VALUES).map(|at| format!("{prefix}{at}")).collect()
}

/// A document in which each event uses one enum, and the first event has one more field.
fn read(version: &str, values: &[String], first: &Value) -> (Document, Lock) {
    let mut events = json!({});
    let mut locked = json!({});
    for at in 0..EVENTS {
        let name = format!("event{at}");
        let own = format!("own{at}");
        let mut properties =
            json!({"status": {"description": "Result.", "$ref": "#/definitions/types/StatusEnum"}});
        properties[&own] = json!({"type": "boolean", "description": "A switch."});
        if at == 0 {
            properties["first"] = first.clone();
        }
        let required: Vec<&String> = properties.as_object().unwrap().keys().collect();
        events[&name] = json!({
            "type": "object",
            "description": "An event.",
            "eventMeta": {"service": "", "gdpr": {"category": "functional", "description": ""}},
            "properties": properties,
            "additionalProperties": false,
            "required": required,
        });
        locked[&name] = json!({"schema": version, "fields": {}});
    }
    let names = events.as_object().unwrap().keys();
    let branches: Vec<Value> = names
        .map(|name| json!({"$ref": format!("#/definitions/events/{name}")}))
        .collect();
    let document = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "description": "",
        "schemaMeta": {"schemaVersion": version},
        "definitions": {
            "types": {"StatusEnum": {"type": "string", "description": "A result.", "enum": values}},
            "events": events,
        },
        "oneOf": branches,
    });
    let lock = json!({"lockVersion": 1, "schemaVersion": version, "events": locked});
    let document = document::read("large.json", document.to_string().as_bytes()).unwrap();
    (
        document,
        lock::read("large.lock.json", lock.to_string().as_bytes()).unwrap(),
    )
}

fn side((document, lock): &(Document, Lock)) -> Side<'_> {
    Side {
        document,
        lock: Some(lock),
    }
}

#[test]
fn the_report_of_many_changes_is_short() {
    let text = json!({"type": "string", "description": "Text."});
    let old = read("1.0", &values("a"), &text);
    let new = read("2.0", &values("b"), &text);
    let comparison = compare(side(&old), side(&new), &Options::default());
    // The summary, and one change for each value.
    assert_eq!(comparison.changes.len(), 1 + 2 * VALUES);
    let first = &comparison.changes[0];
    assert_eq!(
        (first.rule.id, first.events.len()),
        ("SHARED_TYPE_CHANGED", EVENTS)
    );
    let report = |format| {
        render(
            std::slice::from_ref(&comparison),
            format,
            Style::default(),
            Path::new("."),
        )
    };
    let text = report(Format::Text);
    assert!(
        text.contains(" and 130 more events)"),
        "names of events are limited"
    );
    assert!(text.len() < 6_000_000, "{}", text.len());
    let json: Value = serde_json::from_str(&report(Format::Json)).unwrap();
    let changes = json["comparisons"][0]["changes"].as_array().unwrap();
    assert_eq!(changes[0]["events"].as_array().unwrap().len(), EVENTS);
    assert_eq!(changes[1]["events"].as_array().unwrap().len(), 100);
    assert_eq!(changes[1]["eventCount"], EVENTS);
}

/// A payload for each field of an event would grow with the square of their number.
#[test]
fn the_witnesses_of_many_changes_are_limited() {
    let object = |prefix: &str| {
        let names: Vec<String> = (0..1000).map(|at| format!("{prefix}{at}")).collect();
        let properties: Value = names
            .iter()
            .map(|name| (name.clone(), json!({"type": "boolean"})))
            .collect();
        json!({"type": "object", "properties": properties, "additionalProperties": false, "required": names})
    };
    let (old, new) = (
        read("1.0", &values("a"), &object("a")),
        read("2.0", &values("a"), &object("b")),
    );
    let comparison = compare(side(&old), side(&new), &Options::default());
    let with = comparison
        .changes
        .iter()
        .filter(|change| change.old_witness.is_some())
        .count();
    let without = comparison.changes.iter().filter(|change| {
        let note = change.note.as_deref().unwrap_or_default();
        change.old_witness.is_none() && note.starts_with("without a witness")
    });
    // 1000 renamed fields, two witnesses of 1004 values each, at most 200,000 values.
    assert_eq!(
        (comparison.changes.len(), with, without.count()),
        (1000, 100, 900)
    );
    assert!(
        comparison
            .changes
            .iter()
            .all(|change| change.rule.id == "FIELD_RENAMED")
    );
}

#[test]
fn each_event_needs_the_version_of_its_own_changes() {
    let text = json!({"type": "string", "description": "Text."});
    let mut more = values("a");
    more.push("new".to_owned());
    let (old, new) = (
        read("1.0", &values("a"), &text),
        read(
            "1.1",
            &more,
            &json!({"type": "boolean", "description": "Text."}),
        ),
    );
    let comparison = compare(side(&old), side(&new), &Options::default());
    let needs: Vec<_> = comparison
        .needs
        .iter()
        .map(|need| (need.event.as_deref(), need.bump, need.is_met()))
        .collect();
    assert_eq!(needs.len(), 1 + EVENTS);
    assert_eq!(needs[0], (None, Bump::Major, false));
    assert_eq!(needs[1], (Some("event0"), Bump::Major, false));
    assert!(
        needs[2..]
            .iter()
            .all(|(_, bump, met)| *bump == Bump::Minor && *met)
    );
}
