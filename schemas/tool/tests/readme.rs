//! The README: its rules are those of the program, and its reports are printed by the program.
//!
//! `UPDATE_EXPECT=1` writes the generated parts again.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod support;

use std::{fmt::Write, fs, path::Path};

use expect_test::expect_file;
use serde_json::{Value, json};
use telemetry_tool::{
    cli,
    diff::{Options, Side, compare},
    document::{self, Document},
    json::to_text,
    lock,
    report::{
        Format, Style,
        diff::{render, summary},
    },
    rules::{Bump, rules},
};

use crate::support::fixture;

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

/// The page with another text between two marks.
fn replaced(page: &str, mark: &str, text: &str) -> String {
    let begin = format!("<!-- begin {mark} -->\n");
    let end = format!("<!-- end {mark} -->");
    let (before, rest) = page.split_once(&begin).unwrap();
    let (_, after) = rest.split_once(&end).unwrap();
    format!("{before}{begin}\n{text}\n{end}{after}")
}

fn rule_table() -> String {
    let mut text = "| rule | change | old producer | new producer | reader | pinned | latest |\n\
                    | --- | --- | --- | --- | --- | --- | --- |\n"
        .to_owned();
    for rule in rules() {
        let approval = if rule.sign_off { " + approval" } else { "" };
        writeln!(
            text,
            "| [{}](#{}) | {} | {} | {} | {} | {}{approval} | {}{approval} |",
            rule.id,
            rule.id.to_lowercase(),
            rule.title,
            rule.old_to_new,
            rule.new_to_old,
            rule.readers,
            rule.pinned,
            rule.latest
        )
        .unwrap();
    }
    for rule in rules() {
        let lock = if rule.in_lock {
            " Visible in the lock."
        } else {
            ""
        };
        write!(
            text,
            "\n### {}\n\n{}. {}{lock} {}\n",
            rule.id, rule.title, rule.reason, rule.advice
        )
        .unwrap();
    }
    text
}

/// A released document after a change.
fn published(change: impl FnOnce(&mut Value)) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../history/1.9.json");
    let mut document: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    change(&mut document);
    document
}

fn read(file: &str, document: &Value) -> Document {
    document::read(file, to_text(document).as_bytes()).unwrap()
}

fn field(document: &mut Value, event: &str) -> (Value, Value) {
    let event = &document["definitions"]["events"][event];
    (event["properties"].clone(), event["required"].clone())
}

struct Step {
    title: &'static str,
    change: fn(&mut Value),
    /// The lowest version that is enough.
    version: &'static str,
}

const EVENT: &str = "/definitions/events/nat_cli_command";

const STEPS: [Step; 4] = [
    Step {
        title: "Add a field",
        change: |document| {
            let event = document.pointer_mut(EVENT).unwrap();
            event["properties"]["retries"] = json!({"description": "Retries.", "$ref": "#/definitions/types/RestrictedTelemetryInteger"});
            event["required"]
                .as_array_mut()
                .unwrap()
                .push("retries".into());
        },
        version: "1.10",
    },
    Step {
        title: "Rename a field",
        change: |document| {
            let (properties, required) = field(document, "nat_cli_command");
            let event = document.pointer_mut(EVENT).unwrap();
            let rename = |name: &str| {
                if name == "errorClass" {
                    "errorKind"
                } else {
                    name
                }
                .to_owned()
            };
            let properties = properties.as_object().unwrap().iter();
            event["properties"] = properties
                .map(|(name, property)| (rename(name), property.clone()))
                .collect();
            let required = required.as_array().unwrap().iter();
            event["required"] = required
                .map(|name| Value::from(rename(name.as_str().unwrap())))
                .collect();
        },
        version: "2.0",
    },
    Step {
        title: "Change the type of a field",
        change: |document| {
            let event = document.pointer_mut(EVENT).unwrap();
            event["properties"]["durationMs"] =
                json!({"type": "number", "description": "Duration."});
        },
        version: "2.0",
    },
    Step {
        title: "Delete a value",
        change: |document| {
            let values = document
                .pointer_mut("/definitions/types/TaskEnum/enum")
                .unwrap();
            values
                .as_array_mut()
                .unwrap()
                .retain(|value| value != "preview");
        },
        version: "2.0",
    },
];

/// A lock of the only field that the last step is about.
fn task_lock(version: &str, values: Value, document: &Document) -> lock::Lock {
    let events = document.events.iter().map(|event| {
        let fields = if event.name == "anonymizer_event" {
            json!({"task": {"values": values}})
        } else {
            json!({})
        };
        (
            event.name.clone(),
            json!({"schema": version, "fields": fields}),
        )
    });
    let events: Value = events.collect();
    let lock = json!({"lockVersion": 1, "schemaVersion": version, "events": events});
    lock::read("schemas/events.lock.json", lock.to_string().as_bytes()).unwrap()
}

fn shown(text: &mut String, title: &str, report: &str) {
    let report = report
        .lines()
        .map(str::trim_end)
        .collect::<Vec<_>>()
        .join("\n");
    write!(
        text,
        "### {title}\n\n```text\n{}\n```\n\n",
        report.trim_end()
    )
    .unwrap();
}

fn report(old: Side<'_>, new: Side<'_>, finding: bool) -> String {
    let comparison = compare(old, new, &Options::default());
    assert_eq!(comparison.is_finding(), finding);
    render(
        &[comparison],
        Format::Text,
        Style::default(),
        Path::new("."),
    )
}

fn plain(document: &Document) -> Side<'_> {
    Side {
        document,
        lock: None,
    }
}

fn versioned<'a>(version: &'a str) -> impl FnOnce(&mut Value) + 'a {
    move |document| document["schemaMeta"]["schemaVersion"] = version.into()
}

fn walk() -> String {
    let old = read("schemas/history/1.9.json", &published(|_| {}));
    let mut text = String::new();
    for step in &STEPS {
        let changed = |version: &str| {
            let document = published(|document| {
                (step.change)(document);
                document["schemaMeta"]["schemaVersion"] = version.into();
            });
            read("schemas/anonymous_events.json", &document)
        };
        shown(
            &mut text,
            step.title,
            &report(plain(&old), plain(&changed("1.9")), true),
        );
        report(plain(&old), plain(&changed(step.version)), false);
    }
    // The value is retired in one minor version and deleted in the next one.
    let retired = read("schemas/history/1.10.json", &published(versioned("1.10")));
    let deleted = read(
        "schemas/anonymous_events.json",
        &published(|document| {
            (STEPS[3].change)(document);
            versioned("1.11")(document);
        }),
    );
    let used = json!({"batch": {}, "preview": {}});
    let unused = json!({"batch": {}, "preview": {"retired": "1.10"}});
    let locks = [
        task_lock("1.9", used, &old),
        task_lock("1.10", unused, &retired),
        task_lock("1.11", json!({"batch": {}}), &deleted),
    ];
    let side = |document, lock| Side {
        document,
        lock: Some(lock),
    };
    let [in_use, out_of_use, gone] = &locks;
    shown(
        &mut text,
        "Retire the value first",
        &report(side(&old, in_use), side(&retired, out_of_use), false),
    );
    shown(
        &mut text,
        "Delete the retired value",
        &report(side(&retired, out_of_use), side(&deleted, gone), false),
    );
    text.trim_end().to_owned()
}

/// Pairs of `tests/fixtures/drifts` with the change in words.
const DRIFTS: [(&str, &str); 14] = [
    (
        "guardrails_rails",
        "Guardrails renamed the labels of its tool rails",
    ),
    (
        "guardrails_alias",
        "Guardrails reports `privateai` as `sensitive_data_detection`",
    ),
    (
        "guardrails_flows",
        "Guardrails added features for new flows",
    ),
    (
        "anonymizer_1_9",
        "Anonymizer 1.9 added `inputTokens` and a deployment type",
    ),
    (
        "anonymizer_sentinel",
        "Anonymizer changed the sentinel of `inputTokens`",
    ),
    (
        "anonymizer_label",
        "Anonymizer derives a label from the name of a class (example)",
    ),
    (
        "safe_synthesizer_slurm",
        "Safe Synthesizer sends `slurm`, which the shared enum does not have",
    ),
    (
        "safe_synthesizer_buckets",
        "Safe Synthesizer moved the edges of its buckets",
    ),
    (
        "safe_synthesizer_1_7",
        "Safe Synthesizer 1.7 added a deployment type",
    ),
    (
        "data_designer_since",
        "Data Designer sends a value of 1.9 under an older version (example)",
    ),
    ("openshell_profile", "OpenShell added `deepinfra` under 4.0"),
    (
        "openshell_operations",
        "OpenShell added `stop` and `start` under 4.0",
    ),
    (
        "switchyard_fields",
        "Switchyard removed three fields under 1.12 (example)",
    ),
    (
        "tensorrt_llm_names",
        "A checker of TensorRT-LLM compares only names (example)",
    ),
];

fn drift_table() -> String {
    let mut text = "| change | found | result |\n| --- | --- | --- |\n".to_owned();
    for (name, title) in DRIFTS {
        let (old, new) = fixture("drifts", name);
        let comparison = compare(old.side(), new.side(), &Options::default());
        let value = |value: &Option<Value>| match value {
            Some(value) => format!(" `{value}`"),
            None => String::new(),
        };
        let found = comparison
            .changes
            .iter()
            .filter(|change| change.bump > Bump::None);
        let found = found
            .filter(|change| change.rule.id != "SHARED_TYPE_CHANGED")
            .map(|change| {
                let short = !["FIELD_ADDED", "FIELD_REMOVED"].contains(&change.rule.id);
                let arrow = if change.before.is_some() && change.after.is_some() {
                    " to"
                } else {
                    ""
                };
                let values = format!("{}{arrow}{}", value(&change.before), value(&change.after));
                let field = change.pointer.rsplit('/').next().unwrap();
                let values = if short { values } else { format!(" `{field}`") };
                format!("{}{values}", change.rule.id)
            });
        let found = found.collect::<Vec<_>>().join("<br>");
        let result = summary(&comparison);
        writeln!(text, "| {title} | {found} | {} |", result.join("<br>")).unwrap();
    }
    text
}

#[test]
fn the_generated_parts_are_those_of_the_program() {
    let page = replaced(&readme(), "walk", &format!("{}\n", walk()));
    let page = replaced(&page, "drifts", &drift_table());
    let page = replaced(&page, "rules", &rule_table());
    expect_file![Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")].assert_eq(&page);
}

#[test]
fn every_command_and_every_exit_code_is_documented() {
    let page = readme();
    for command in cli::command().get_subcommands() {
        assert!(
            page.contains(&format!("| `{} ", command.get_name())),
            "{}",
            command.get_name()
        );
    }
    for code in [cli::FINE, cli::FINDING, cli::USAGE] {
        assert!(page.contains(&format!("\n| {code} | ")), "{code}");
    }
}

#[test]
fn each_link_of_a_rule_leads_to_its_section() {
    let page = readme();
    for rule in rules() {
        let (_, anchor) = rule
            .link()
            .split_once('#')
            .map(|(page, anchor)| (page.to_owned(), anchor.to_owned()))
            .unwrap();
        assert!(
            page.contains(&format!("\n### {}\n", anchor.to_uppercase())),
            "{anchor}"
        );
        assert!(rule.link().starts_with("https://"));
    }
}
