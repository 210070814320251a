//! Slices of a document, and documents from several.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod program;

use std::{fs, path::Path};

use serde_json::{Value, json};
use telemetry_tool::cli::{FINDING, FINE};

use crate::program::{document, empty, tool, with_version, write};

#[test]
fn slices_merge_to_the_document_again() {
    let folder = empty("slices");
    let whole = Path::new(env!("CARGO_MANIFEST_DIR")).join("../anonymous_events.json");
    let from = whole.to_str().unwrap();
    let text = fs::read_to_string(&whole).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let events = document["definitions"]["events"].as_object().unwrap();
    let mut parts = Vec::new();
    for name in events.keys() {
        let part = folder
            .join(format!("{name}.json"))
            .to_str()
            .unwrap()
            .to_owned();
        let (code, out, err) = tool(&["slice", name, "--from", from, "--out", &part]);
        assert_eq!((code, err.as_str()), (FINE, ""));
        assert_eq!(out, format!("wrote `{part}`\n"));
        let slice: Value = serde_json::from_str(&fs::read_to_string(&part).unwrap()).unwrap();
        assert_eq!(slice["definitions"]["events"].as_object().unwrap().len(), 1);
        assert_eq!(slice["oneOf"].as_array().unwrap().len(), 1);
        // No type that the event does not use.
        for ty in slice["definitions"]["types"].as_object().unwrap().keys() {
            let reference = format!("\"#/definitions/types/{ty}\"");
            assert!(slice.to_string().contains(&reference), "{name}: {ty}");
        }
        parts.push(part);
    }
    let mut arguments = vec!["merge"];
    arguments.extend(parts.iter().map(String::as_str));
    let (code, out, err) = tool(&arguments);
    assert_eq!((code, err.as_str()), (FINE, ""));
    let merged: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(merged, document);
    // The same bytes, except the order of the types: a slice does not know it.
    let (_, all, _) = tool(
        &[
            &["slice", "--from", from],
            &*events.keys().map(String::as_str).collect::<Vec<_>>(),
        ]
        .concat(),
    );
    assert_eq!(all, text);
}

#[test]
fn documents_that_disagree_are_not_merged() {
    let folder = empty("merge");
    let first = write(&folder.join("a.json"), &document());
    let mut changed = with_version("1.12");
    changed["definitions"]["types"]["StatusEnum"]["enum"] = json!(["success", "canceled"]);
    changed["schemaMeta"]["clientId"] = "2".into();
    let event = changed["definitions"]["events"]["run_event"].clone();
    changed["definitions"]["events"]["run_event"]["properties"]["count"] =
        json!({"type": "boolean"});
    changed["definitions"]["events"]["same_event"] = event;
    changed["oneOf"] = json!([{"$ref": "#/definitions/events/run_event"}, {"$ref": "#/definitions/events/same_event"}]);
    let second = write(&folder.join("b.json"), &changed);
    let output = folder.join("out.json");
    let (code, out, err) = tool(&[
        "merge",
        &first,
        &second,
        "--format",
        "json",
        "--out",
        output.to_str().unwrap(),
    ]);
    assert_eq!((code, err.as_str()), (FINDING, ""));
    assert!(!output.exists());
    let report: Value = serde_json::from_str(&out).unwrap();
    let pointers: Vec<&str> = report["conflicts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["pointer"].as_str().unwrap())
        .collect();
    let expected = [
        "/schemaMeta/clientId",
        "/definitions/types/StatusEnum",
        "/definitions/events/run_event",
        "/definitions/events/same_event",
    ];
    assert_eq!(pointers, expected, "{out}");

    // With one set of events, --union takes the values of both enums.
    let mut changed = with_version("1.12");
    changed["definitions"]["types"]["StatusEnum"]["enum"] = json!(["success", "canceled"]);
    let second = write(&folder.join("b.json"), &changed);
    let (code, out, _) = tool(&["merge", &first, &second]);
    assert_eq!(code, FINDING);
    assert!(
        out.contains("/definitions/types/StatusEnum") && out.contains("conflicts: 1"),
        "{out}"
    );
    let (code, out, _) = tool(&["merge", "--union", &first, &second]);
    assert_eq!(code, FINE, "{out}");
    let merged: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        merged["definitions"]["types"]["StatusEnum"]["enum"],
        json!(["success", "failure", "canceled"])
    );
    assert_eq!(merged["schemaMeta"]["schemaVersion"], "1.12");
}
