//! A document compared with several released ones: what one of them has declared counts for the earlier ones.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod program;

use std::{fs, path::Path};

use serde_json::{Value, json};
use telemetry_tool::{
    assert_released, check_released, check_released_with,
    cli::{FINDING, FINE},
    diff::Options,
};

use crate::program::{empty, tool};

const DOCUMENT: &str = include_str!("fixtures/RETIRED_VALUE_REMOVED/needs.old.json");
const MODE: &str = "/definitions/events/run_event/properties/mode/enum";

/// Writes the document of a version and its lock. `lost` is the entry of the value `lost` in the lock; without
/// one, neither has the value.
fn write(folder: &Path, name: &str, version: &str, lost: Option<Value>) {
    let mut document: Value = serde_json::from_str(DOCUMENT).unwrap();
    document["schemaMeta"]["schemaVersion"] = version.into();
    let values = document.pointer_mut(MODE).unwrap().as_array_mut().unwrap();
    let mut locked = json!({"batch": {}, "preview": {}});
    values.retain(|value| value != "lost");
    if let Some(lost) = lost {
        values.push("lost".into());
        locked["lost"] = lost;
    }
    let mut events = json!({});
    for event in document["definitions"]["events"]
        .as_object()
        .unwrap()
        .keys()
    {
        events[event.as_str()] = json!({"schema": version, "fields": {}});
    }
    events["run_event"]["fields"]["mode"] = json!({"values": locked});
    let lock = json!({"lockVersion": 1, "schemaVersion": version, "events": events});
    fs::write(folder.join(format!("{name}.json")), document.to_string()).unwrap();
    fs::write(folder.join(format!("{name}.lock.json")), lock.to_string()).unwrap();
}

#[test]
fn a_value_is_deleted_after_a_released_version_has_retired_it() {
    let folder = empty("released-retired");
    let history = folder.join("history");
    fs::create_dir(&history).unwrap();
    let new = folder.join("new.json");
    let check = || {
        let transitive = [
            "diff",
            "--history",
            history.to_str().unwrap(),
            "--transitive",
        ];
        let (code, out, _) = tool(&[&transitive[..], &[new.to_str().unwrap()]].concat());
        assert_eq!(
            code == FINE,
            check_released(&new, &history).is_ok(),
            "{out}"
        );
        (code, out)
    };
    write(&history, "1.0", "1.0", Some(json!({})));
    write(&folder, "new", "1.2", None);
    let (code, out) = check();
    assert_eq!(code, FINDING, "{out}");
    assert!(out.contains("ENUM_VALUE_REMOVED"), "{out}");

    // Version 1.1 has retired the value, so a minor version is enough for clients of 1.0, too.
    write(&history, "1.1", "1.1", Some(json!({"retired": true})));
    let (code, out) = check();
    assert_eq!(code, FINE, "{out}");
    assert_eq!(out.matches("RETIRED_VALUE_REMOVED").count(), 2, "{out}");
    // A minor version is still needed.
    write(&folder, "new", "1.1", None);
    assert_eq!(check().0, FINDING);

    // The released version that has deleted the value decides nothing for the others.
    write(&history, "1.2", "1.2", None);
    write(&folder, "new", "1.3", None);
    let (code, out) = check();
    assert_eq!(code, FINE, "{out}");

    // A later version sends the value again.
    write(&history, "1.3", "1.3", Some(json!({})));
    write(&folder, "new", "1.4", None);
    let (code, out) = check();
    assert_eq!(code, FINDING, "{out}");
    assert!(!out.contains("RETIRED_VALUE_REMOVED"), "{out}");
}

/// The type of a field can change so that its sentinel has a fraction: the value is the same.
#[test]
fn a_sentinel_is_compared_by_its_value() {
    let folder = empty("released-sentinel");
    let history = folder.join("history");
    fs::create_dir(&history).unwrap();
    let write_with = |folder: &Path, name: &str, version: &str, sentinel: Value| {
        write(folder, name, version, None);
        let path = folder.join(format!("{name}.lock.json"));
        let mut lock: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        lock["events"]["run_event"]["fields"]["seconds"] = json!({"sentinel": sentinel});
        fs::write(path, lock.to_string()).unwrap();
    };
    write_with(&history, "1.0", "1.0", json!(-1));
    let new = folder.join("new.json");
    for (sentinel, is_fine) in [(json!(-1.0), true), (json!(0), false), (json!(-0.5), false)] {
        write_with(&folder, "new", "1.1", sentinel);
        let result = check_released(&new, &history);
        assert_eq!(result.is_ok(), is_fine, "{result:?}");
    }
}

/// A test of a product passes after the approval with which the gate passes.
#[test]
fn an_approved_change_passes_in_a_test() {
    let folder = empty("released-approved");
    let history = folder.join("history");
    fs::create_dir(&history).unwrap();
    let new = folder.join("new.json");
    let old = include_str!("fixtures/ENUM_TO_STRING/needs.old.json");
    fs::write(history.join("1.9.json"), old).unwrap();
    let mut changed: Value =
        serde_json::from_str(include_str!("fixtures/ENUM_TO_STRING/needs.new.json")).unwrap();
    changed["schemaMeta"]["schemaVersion"] = "1.10".into();
    fs::write(&new, changed.to_string()).unwrap();
    let found = check_released(&new, &history).unwrap_err();
    assert!(found.contains("ENUM_TO_STRING"), "{found}");
    for (approval, is_fine) in [("ENUM_TO_STRING", true), ("ENUM_TO_STRING:/other", false)] {
        let options = Options {
            signed_off: vec![approval.to_owned()],
            ..Options::default()
        };
        let found = check_released_with(&new, &history, &options);
        assert_eq!(found.is_ok(), is_fine, "{found:?}");
    }
}

#[test]
#[should_panic(expected = "missing`:\nmissing: the folder cannot be read")]
fn a_test_without_released_documents_says_so() {
    let new = empty("released-none").join("new.json");
    fs::write(&new, DOCUMENT).unwrap();
    assert_released(&new, "missing");
}

/// A reviewer for privacy sees a new free text without a search in the lock.
#[test]
fn a_new_free_text_is_shown_with_its_reason() {
    let folder = empty("released-free-text");
    let documents = ["old", "new"].map(|side| {
        let name = format!("fixtures/FIELD_ADDED/needs.{side}.json");
        let text = fs::read_to_string(Path::new("tests").join(name)).unwrap();
        (side, serde_json::from_str::<Value>(&text).unwrap())
    });
    let event = "/definitions/events/run_event/properties";
    let [old_fields, new_fields] =
        [0, 1].map(|at: usize| documents[at].1.pointer(event).unwrap().as_object().unwrap());
    let added = new_fields
        .keys()
        .find(|it| !old_fields.contains_key(*it))
        .unwrap();
    for (side, document) in &documents {
        let mut events = json!({});
        for name in document["definitions"]["events"]
            .as_object()
            .unwrap()
            .keys()
        {
            events[name.as_str()] = json!({"schema": "1.9", "fields": {}});
        }
        if *side == "new" {
            let facts = json!({"privacyClass": "free text", "reason": "a name of a rule"});
            events["run_event"]["fields"] = json!({ added.as_str(): facts });
        }
        let version = &document["schemaMeta"]["schemaVersion"];
        let lock = json!({"lockVersion": 1, "schemaVersion": version, "events": events});
        fs::write(folder.join(format!("{side}.json")), document.to_string()).unwrap();
        fs::write(folder.join(format!("{side}.lock.json")), lock.to_string()).unwrap();
    }
    let [old, new] = ["old.json", "new.json"].map(|it| folder.join(it));
    let [old, new] = [old.to_str().unwrap(), new.to_str().unwrap()];
    for format in ["text", "json", "markdown", "github"] {
        let (_, out, _) = tool(&["diff", "--format", format, old, new]);
        let note = format!("free text in `{added}`: a name of a rule");
        assert!(out.replace('\\', "").contains(&note), "{out}");
    }
}
