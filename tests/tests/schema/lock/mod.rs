//! The lock of declarations with every kind of fact.

mod declarations;
mod retired;
mod shared;

use std::fs;

use expect_test::expect_file;
use serde_json::Value;
use telemetry_runtime::schema::Document;

use self::declarations::REGISTRY;

/// `UPDATE_EXPECT=1` rewrites the expected file.
#[test]
fn the_lock_contains_every_fact_of_the_declarations() {
    expect_file!["../../../golden/events.lock.json"].assert_eq(&REGISTRY.lock());
    // `telemetry-tool` reads both in its own tests.
    expect_file!["../../../golden/events.json"].assert_eq(&REGISTRY.json_schema());
}

#[test]
fn the_lock_is_json_with_one_fact_in_a_line() {
    let text = REGISTRY.lock();
    let parsed: Value = serde_json::from_str(&text).unwrap();
    let field = &parsed["events"]["command_run"]["fields"];
    assert_eq!(field["region"]["default"], "caf\u{e9} \"north\"");
    assert_eq!(
        field["records"]["bucketEdges"],
        serde_json::json!([200, 1000])
    );
    // Every line has at most one key or one item of a list.
    for line in text.lines() {
        let line = line.trim().trim_end_matches(',');
        let fact = line.split_once("\": ").map_or(line, |(_, value)| value);
        let is_bracket = ["{", "}", "[", "]", "{}", "[]"].contains(&fact);
        assert!(
            is_bracket || serde_json::from_str::<Value>(fact).is_ok(),
            "{line}"
        );
    }
    assert_eq!(text, REGISTRY.lock());
}

#[test]
fn the_lock_names_no_folder_of_this_machine() {
    let text = REGISTRY.lock();
    let workspace = telemetry_tests::vectors::workspace();
    assert!(!text.contains(workspace.to_str().unwrap()), "{text}");
    assert!(!text.contains(": \"/"), "{text}");
}

#[test]
fn a_changed_fact_is_reported_with_its_place_and_the_command() {
    let folder = std::env::temp_dir().join(format!("telemetry-lock-{}", fastrand::u64(..)));
    let file = folder.join("new").join("events.lock.json");
    assert!(REGISTRY.write(Document::Lock, &file).unwrap());
    assert!(!REGISTRY.write(Document::Lock, &file).unwrap());
    REGISTRY.check(Document::Lock, &file).unwrap();

    let changed = REGISTRY
        .lock()
        .replace("\"unit\": \"ms\"", "\"unit\": \"s\"")
        .replace("\"build\",\n", "\"make\",\n");
    fs::write(&file, changed).unwrap();
    let found = REGISTRY.check(Document::Lock, &file).unwrap_err();
    let path = file.display();
    let expected = format!(
        "\
`{path}` differs from the declarations at line 25
  in /events/command_run/fields/command/labels:
  - \"make\",
  + \"build\",
  in /events/command_run/fields/durationMs:
  - \"unit\": \"s\",
  + \"unit\": \"ms\",
help: to rewrite it, run the schema tool with `write --lock {path}`"
    );
    assert_eq!(found.to_string(), expected);

    fs::remove_dir_all(&folder).unwrap();
    let missing = REGISTRY.check(Document::Lock, &file).unwrap_err();
    let help = format!("help: to rewrite it, run the schema tool with `write --lock {path}`");
    let expected = format!("cannot read `{path}`\n{help}");
    assert_eq!(missing.to_string(), expected);
}
