//! The command `live-check`: recorded envelopes, every rule, and versions.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod live_input;
mod program;

use std::{collections::BTreeSet, fs, path::Path};

use expect_test::expect_file;
use serde_json::{Value, json};
use telemetry_tool::{
    cli::{FINDING, FINE, USAGE},
    history,
    live::{Contracts, Rule},
};

use crate::{
    live_input::{check_text, contracts_of, document, envelope, line, lock, payload, with},
    program::{empty, replaced, tool, write},
};

const DOCUMENT: &str = "tests/live/run.json";
const SESSION: &str = "tests/live/session.ndjson";
/// The envelopes were recorded from these events.
const RECORDED: &str = "../history/1.9.json";

/// `UPDATE_EXPECT=1` writes the example and the table again.
#[test]
fn the_readme_has_the_report_and_the_rules_of_the_program() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let page = fs::read_to_string(&path).unwrap();
    let (code, out, err) = tool(&["live-check", SESSION, "--registry", DOCUMENT]);
    assert_eq!(code, USAGE);
    let example = format!(
        "```text\n$ telemetry-tool live-check {SESSION} --registry {DOCUMENT}\n{}\n{}\n```\n",
        out.trim_end(),
        err.trim_end()
    );
    let rules: String = Rule::ALL
        .iter()
        .map(|rule| format!("| {} | {} |\n", rule.id(), rule.title()))
        .collect();
    let table = format!("| violation | broken rule |\n| --- | --- |\n{rules}");
    let page = replaced(&page, "live-check", &example);
    expect_file![path].assert_eq(&replaced(&page, "live-rules", &table));
}

#[test]
fn recorded_envelopes_have_no_violations() {
    let released = history::load(Path::new(RECORDED), None).unwrap();
    let contracts = Contracts::new(vec![released]).unwrap();
    let envelopes = live_input::recorded_envelopes(false);
    assert_eq!(envelopes.len(), 43);
    let outcome = check_text(&envelopes.join("\n"), &contracts);
    let groups = outcome.violations.groups();
    assert_eq!(groups, []);
    assert_eq!(outcome.unreadable.total, 0);
    assert_eq!(outcome.envelopes, u64::try_from(envelopes.len()).unwrap());
    let tallied: u64 = outcome.tallies.iter().map(|tally| tally.events).sum();
    assert_eq!(tallied, outcome.events);
    assert!(outcome.tallies.iter().all(|tally| tally.events > 0));

    // An event of another product and a version of a later product are reported.
    let mixed = live_input::recorded_envelopes(true);
    let found = check_text(&mixed.join("\n"), &contracts);
    let rules = found.violations.groups().iter();
    let rules: BTreeSet<_> = rules.map(|group| group.rule.id()).collect();
    assert_eq!(rules, BTreeSet::from(["UNKNOWN_EVENT", "UNKNOWN_VERSION"]));

    // One document, indented, is the same input.
    let all: Vec<Value> = envelopes
        .iter()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    let indented = check_text(&format!("{:#}", Value::Array(all.clone())), &contracts);
    assert_eq!(indented.events, outcome.events);
    assert_eq!(indented.tallies, outcome.tallies);
    let documents: String = all.iter().map(|it| format!("{it:#}\r\n\r\n")).collect();
    assert_eq!(check_text(&documents, &contracts).tallies, outcome.tallies);
}

/// The lock of each document names the versions of its events.
#[test]
fn events_of_two_released_documents_are_checked_by_their_versions() {
    let released = history::released(Path::new("../history")).unwrap();
    assert!(released.len() >= 2);
    let contracts = Contracts::new(released).unwrap();
    let text = fs::read_to_string("../../tests/vectors/released/events.json").unwrap();
    let vectors: Value = serde_json::from_str(&text).unwrap();
    let mut lines = live_input::recorded_envelopes(false);
    for vector in vectors["vectors"].as_array().unwrap() {
        let [event, version] = ["event", "schema"].map(|key| vector[key].as_str().unwrap());
        lines.push(line(event, version, &vector["parameters"]));
    }
    let outcome = check_text(&lines.join("\n"), &contracts);
    assert_eq!(outcome.violations.groups(), []);
    assert_eq!(outcome.unreadable.total, 0);
    assert!(outcome.tallies.iter().all(|it| it.violating == 0));
    // Neither document alone describes both.
    for version in ["1.9", "1.10"] {
        let document = format!("../history/{version}.json");
        let alone = history::load(Path::new(&document), None).unwrap();
        let found = check_text(&lines.join("\n"), &Contracts::new(vec![alone]).unwrap());
        let rules = found
            .violations
            .groups()
            .iter()
            .map(|group| group.rule.id());
        let rules: BTreeSet<_> = rules.collect();
        assert_eq!(rules, BTreeSet::from(["UNKNOWN_VERSION"]), "{version}");
    }
}

/// A payload for each rule, with the place of the violation.
#[test]
fn every_rule_reports_its_violation_at_its_pointer() {
    let lock = with(lock(), "/events/run_event/fields", |fields| {
        fields["mode"]["values"] = json!({"batch": {"since": "2.0"}, "lost": {"retired": "1.8"}});
        fields["hosts"]["maxItems"] = json!(2);
        fields["seconds"]["retired"] = json!("1.9");
        fields["title"]["since"] = json!("2.0");
    });
    let contracts = contracts_of(vec![(document(), Some(lock))]);
    let set = |key: &str, value: Value| {
        let mut payload = payload();
        payload["mode"] = "lost".into();
        payload[key] = value;
        line("run_event", "1.9", &payload)
    };
    let mut without = payload();
    without.as_object_mut().unwrap().remove("count");
    let client = envelope("1.9", &[("run_event", payload())]).replace("\"1\"", "\"2\"");
    let cases = [
        (
            "MALFORMED_EVENT",
            "/name",
            "{\"parameters\": {}}".to_owned(),
        ),
        ("MALFORMED_EVENT", "/name", "{\"name\": 1}".to_owned()),
        (
            "MALFORMED_EVENT",
            "/eventSchemaVer",
            line("run_event", "1", &payload()),
        ),
        (
            "MALFORMED_EVENT",
            "/parameters",
            "{\"name\": \"run_event\", \"eventSchemaVer\": \"1.9\"}".to_owned(),
        ),
        (
            "UNKNOWN_EVENT",
            "/parameters",
            line("walk_event", "1.9", &payload()),
        ),
        (
            "UNKNOWN_VERSION",
            "/parameters",
            line("run_event", "1.8", &payload()),
        ),
        ("CLIENT_ID", "/clientId", client),
        (
            "MISSING_FIELD",
            "/parameters/count",
            line("run_event", "1.9", &without),
        ),
        ("UNKNOWN_FIELD", "/parameters/a~1b", set("a/b", json!(1))),
        ("WRONG_TYPE", "/parameters/count", set("count", json!("1"))),
        ("WRONG_TYPE", "/parameters/count", set("count", json!(1.5))),
        (
            "WRONG_TYPE",
            "/parameters/cached",
            set("cached", json!(null)),
        ),
        (
            "WRONG_TYPE",
            "/parameters/hosts/1",
            set("hosts", json!(["local", 1])),
        ),
        (
            "WRONG_TYPE",
            "/parameters/steps/0",
            set("steps", json!([1])),
        ),
        (
            "WRONG_TYPE",
            "/parameters",
            line("run_event", "1.9", &json!([])),
        ),
        (
            "NOT_IN_ENUM",
            "/parameters/status",
            set("status", json!("done")),
        ),
        (
            "OUT_OF_RANGE",
            "/parameters/count",
            set("count", json!(101)),
        ),
        (
            "OUT_OF_RANGE",
            "/parameters/steps/1/ms",
            set("steps", json!([{"ms": 1}, {"ms": -2}])),
        ),
        (
            "WRONG_LENGTH",
            "/parameters/title",
            set("title", json!("x".repeat(21))),
        ),
        (
            "WRONG_LENGTH",
            "/parameters/hosts",
            set("hosts", json!(vec!["local"; 6])),
        ),
        (
            "NOT_A_LABEL",
            "/parameters/records",
            set("records", json!("7")),
        ),
        (
            "NOT_DECLARED",
            "/parameters/mode",
            set("mode", json!("preview")),
        ),
        (
            "OUT_OF_LOCKED_RANGE",
            "/parameters/count",
            set("count", json!(51)),
        ),
        (
            "TOO_MANY_ITEMS",
            "/parameters/hosts",
            set("hosts", json!(vec!["local"; 3])),
        ),
        (
            "RETIRED_FIELD",
            "/parameters/seconds",
            set("seconds", json!(2.5)),
        ),
        (
            "RETIRED_VALUE",
            "/parameters/mode",
            set("mode", json!("lost")),
        ),
        ("EARLY_FIELD", "/parameters/title", set("title", json!("x"))),
        (
            "EARLY_VALUE",
            "/parameters/mode",
            set("mode", json!("batch")),
        ),
    ];
    for (rule, pointer, text) in &cases {
        let outcome = check_text(&format!("\n\n{text}"), &contracts);
        let groups = outcome.violations.groups();
        let found = groups.iter().find(|group| group.rule.id() == *rule);
        let found = found.unwrap_or_else(|| panic!("{rule} {text}: {groups:?}"));
        assert_eq!(
            (&*found.first.pointer, found.first.line),
            (*pointer, 3),
            "{rule}"
        );
        assert_eq!(outcome.unreadable.total, 0);
    }
    let covered: BTreeSet<_> = cases.iter().map(|(rule, ..)| *rule).collect();
    let all: BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.id()).collect();
    assert_eq!(covered, all);
}

#[test]
fn a_payload_as_declared_has_no_violations() {
    let contracts = contracts_of(vec![(document(), Some(lock()))]);
    for (key, value) in [
        ("count", json!(-1)),
        ("count", json!(50.0)),
        ("records", json!("101+")),
        ("mode", json!("preview")),
        ("hosts", json!([])),
        ("title", json!("\u{1f600}".repeat(20))),
    ] {
        let mut payload = payload();
        payload[key] = value.clone();
        let outcome = check_text(&line("run_event", "1.9", &payload), &contracts);
        assert_eq!(outcome.violations.groups(), [], "{key} {value}");
    }
}

#[test]
fn a_payload_is_checked_by_the_document_of_its_version() {
    let folder = empty("live-history");
    let mut old = document();
    old["schemaMeta"]["schemaVersion"] = "1.5".into();
    old["definitions"]["types"]["StatusEnum"]["enum"] = json!(["success", "old"]);
    write(&folder.join("1.5.json"), &old);
    write(&folder.join("1.9.json"), &document());
    let folder = folder.to_str().unwrap();
    let status = |version: &str, value: &str| {
        let mut payload = payload();
        payload["status"] = value.into();
        line("run_event", version, &payload)
    };
    for (text, code, expected) in [
        (status("1.4", "old"), FINE, "0 violations"),
        (status("1.5", "old"), FINE, "0 violations"),
        (
            status("1.5", "failure"),
            FINDING,
            "`failure` is not a value of StatusEnum",
        ),
        (status("1.6", "failure"), FINE, "0 violations"),
        (
            status("1.9", "old"),
            FINDING,
            "`old` is not a value of StatusEnum",
        ),
        (
            status("1.10", "success"),
            FINDING,
            "versions up to 1.5, versions up to 1.9",
        ),
    ] {
        let input = format!("{folder}/input.ndjson");
        fs::write(&input, &text).unwrap();
        let (found, out, _) = tool(&["live-check", &input, "--registry", folder]);
        assert_eq!(found, code, "{text}: {out}");
        assert!(out.contains(expected), "{text}: {out}");
    }
}

#[test]
fn violations_are_annotated_at_the_field_in_the_code() {
    let arguments = [
        "live-check",
        SESSION,
        "--registry",
        DOCUMENT,
        "--format",
        "github",
    ];
    let (_, out, _) = tool(&arguments);
    let code = "::error file=tests/live/events.rs,line=9,title=NOT_IN_ENUM";
    assert!(out.contains(code), "{out}");
    assert!(
        out.contains("::error file=tests/live/session.ndjson,line=4"),
        "{out}"
    );
}

#[test]
fn a_document_with_a_lock_is_preferred_to_its_copy_without_one() {
    let mut input = payload();
    input["count"] = 51.into();
    let text = line("run_event", "1.9", &input);
    let plain = (document(), None);
    let locked = (document(), Some(lock()));
    for sides in [vec![plain.clone(), locked.clone()], vec![locked, plain]] {
        let outcome = check_text(&text, &contracts_of(sides));
        let rules: Vec<_> = outcome
            .violations
            .groups()
            .iter()
            .map(|it| it.rule)
            .collect();
        assert_eq!(rules, [Rule::OutOfLockedRange]);
    }
}

#[test]
fn logs_of_otlp_are_read_as_their_events() {
    let released = history::load(Path::new(RECORDED), None).unwrap();
    let contracts = Contracts::new(vec![released]).unwrap();
    let record = |duration: Value| {
        let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
        json!({
            "timeUnixNano": "1767323045000000000", "severityNumber": 9, "eventName": "nat_cli_command",
            "attributes": [
                text("nemoSource", "agent_toolkit"), text("command", "run"), text("subcommand", "undefined"),
                text("taskStatus", "success"), {"key": "durationMs", "value": duration},
                {"key": "exitCode", "value": {"intValue": "-1"}}, text("errorClass", "undefined"),
                text("pythonVersion", "3.13"),
            ],
        })
    };
    let valid = record(json!({"intValue": "12"}));
    let invalid = record(json!({"stringValue": "fast"}));
    let scope = json!({"scope": {}, "schemaUrl": "1.5", "logRecords": [valid, invalid]});
    let body = json!({"resourceLogs": [{"resource": {}, "scopeLogs": [scope]}]});
    let mut line = valid;
    line["schemaUrl"] = "1.5".into();
    let outcome = check_text(&format!("{body}\n{line}\n"), &contracts);
    assert_eq!(outcome.unreadable.total, 0);
    assert_eq!(outcome.events, 3);
    let groups = outcome.violations.groups();
    assert_eq!(groups.len(), 1, "{groups:?}");
    assert_eq!(groups[0].rule.id(), "WRONG_TYPE");
    let pointer = "/resourceLogs/0/scopeLogs/0/logRecords/1/parameters/durationMs";
    assert_eq!(groups[0].first.pointer, pointer);
}
