//! The released documents of the products: the changes between them, and the page that shows them.
//!
//! `UPDATE_EXPECT=1` writes the generated parts of the page again.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod program;

use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use expect_test::expect_file;
use serde_json::{Value, json};
use telemetry_tool::{
    check_released,
    diff::{Comparison, Options, Side, compare},
    history::{self, Released},
    rules::Bump,
};

use crate::program::{empty, replaced};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn json_of(path: &str) -> Value {
    let text = fs::read_to_string(repository().join(path)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A released document and its lock, which a test can change.
#[derive(Clone)]
struct Pair {
    document: Value,
    lock: Value,
}

impl Pair {
    fn released(version: &str) -> Self {
        Self {
            document: json_of(&format!("schemas/history/{version}.json")),
            lock: json_of(&format!("schemas/history/{version}.lock.json")),
        }
    }

    fn version(mut self, version: &str) -> Self {
        self.document["schemaMeta"]["schemaVersion"] = version.into();
        self.lock["schemaVersion"] = version.into();
        self
    }

    fn event_version(mut self, event: &str, version: &str) -> Self {
        self.lock["events"][event]["schema"] = version.into();
        self
    }

    /// The pair without a value of the deployment types.
    fn without(mut self, value: &str) -> Self {
        let values = &mut self.document["definitions"]["types"]["DeploymentTypeEnum"]["enum"];
        values.as_array_mut().unwrap().retain(|it| it != value);
        for (_, event) in self.lock["events"].as_object_mut().unwrap() {
            if let Some(field) = event["fields"].get_mut("deploymentType") {
                field["values"].as_object_mut().unwrap().remove(value);
            }
        }
        self
    }

    fn write(&self, document: &Path, lock: &Path) {
        fs::create_dir_all(document.parent().unwrap()).unwrap();
        fs::write(document, self.document.to_string()).unwrap();
        fs::write(lock, self.lock.to_string()).unwrap();
    }
}

/// Folders as in the repository: `old` is released, `new` is the document of the products.
fn folder(name: &str, old: &Pair, new: &Pair) -> PathBuf {
    let folder = empty(&format!("history-{name}"));
    let schemas = folder.join("schemas");
    old.write(
        &schemas.join("history/1.9.json"),
        &schemas.join("history/1.9.lock.json"),
    );
    new.write(
        &schemas.join("anonymous_events.json"),
        &schemas.join("events.lock.json"),
    );
    folder
}

fn load(folder: &Path) -> [Released; 2] {
    let schemas = folder.join("schemas");
    let new = history::load(&schemas.join("anonymous_events.json"), None).unwrap();
    let old = history::released(&schemas.join("history"))
        .unwrap()
        .remove(0);
    [old, new]
}

/// Rule, event and changed value of each change that needs a version.
fn found(comparison: &Comparison<'_>) -> Vec<String> {
    let changes = comparison.changes.iter().filter(|it| it.bump > Bump::None);
    let changes = changes.filter(|it| it.rule.id != "SHARED_TYPE_CHANGED");
    let row = |change: &telemetry_tool::diff::Change| {
        let name = change.pointer.rsplit('/').next().unwrap();
        match (&change.shared_type, &change.after) {
            (Some(shared), Some(after)) => format!("{} {shared} {after}", change.rule.id),
            _ => format!("{} {} {name}", change.rule.id, change.events[0]),
        }
    };
    changes.map(row).collect()
}

#[track_caller]
fn finds(name: &str, old: &Pair, new: &Pair, changes: &[&str], finding: bool) {
    let [old, new] = load(&folder(name, old, new));
    let comparison = compare(old.side(), new.side(), &Options::default());
    assert_eq!(found(&comparison), changes);
    assert_eq!(comparison.is_finding(), finding, "{:?}", comparison.needs);
}

const MOVE: [&str; 3] = [
    "FIELD_ADDED anonymizer_event inputTokens",
    "SENT_VALUE_ADDED train_and_generation_event nvidia-internal",
    "SENT_VALUE_ADDED anonymizer_event nvidia-internal",
];

#[test]
fn the_products_follow_their_releases_with_a_minor_version() {
    let (old, new) = (Pair::released("1.9"), Pair::released("1.10"));
    finds("move", &old, &new, &MOVE, false);
    finds("stays", &old, &new.version("1.9"), &MOVE, true);
}

#[test]
fn anonymizer_1_9_is_not_sent_as_1_7() {
    let new = Pair::released("1.10").event_version("anonymizer_event", "1.7");
    let changes = [
        "SINCE_INVALID anonymizer_event nvidia-internal",
        "SINCE_INVALID anonymizer_event since",
    ];
    let changes = [MOVE[0], changes[0], changes[1], MOVE[1], MOVE[2]];
    finds("anonymizer", &Pair::released("1.9"), &new, &changes, true);
}

/// A draft of the field had the sentinel -1.
#[test]
fn anonymizer_changes_the_sentinel_of_input_tokens() {
    let mut draft = Pair::released("1.10");
    draft.lock["events"]["anonymizer_event"]["fields"]["inputTokens"]["default"] = (-1).into();
    let changed = ["SENTINEL_CHANGED anonymizer_event default"];
    let new = Pair::released("1.10").version("1.11");
    let new = new.event_version("anonymizer_event", "1.10");
    finds("sentinel", &draft, &new, &changed, true);
}

/// `slurm-nvidia-internal` was sent under 1.4 before the version rose to 1.7.
#[test]
fn safe_synthesizer_1_7_adds_a_deployment_type() {
    const EVENT: &str = "train_and_generation_event";
    let old = Pair::released("1.9").without("slurm-nvidia-internal");
    let changes = ["ENUM_VALUE_ADDED DeploymentTypeEnum \"slurm-nvidia-internal\""];
    let new = Pair::released("1.9");
    finds("under-1.4", &old, &new, &changes, true);
    let new = new.version("1.10").event_version(EVENT, "1.7");
    // The other events use the shared enum, so they need a version, too.
    let others = [
        "inference_event",
        "guardrails_usage_event",
        "anonymizer_event",
    ];
    let new = others
        .into_iter()
        .fold(new, |new, event| new.event_version(event, "1.10"));
    finds("under-1.7", &old, &new, &changes, false);
}

#[test]
fn safe_synthesizer_1_9_sends_a_value_that_the_shared_enum_had() {
    let (old, new) = (Pair::released("1.9"), Pair::released("1.10"));
    let new = new.event_version("train_and_generation_event", "1.4");
    let [old, new] = load(&folder("safe-synthesizer", &old, &new));
    let comparison = compare(old.side(), new.side(), &Options::default());
    let event = Some("train_and_generation_event");
    let need = comparison
        .needs
        .iter()
        .find(|it| it.event.as_deref() == event)
        .unwrap();
    assert_eq!(
        (need.bump, need.lowest().to_string().as_str()),
        (Bump::Minor, "1.5")
    );
    assert!(!need.is_met());
}

#[test]
fn the_documents_of_the_products_are_released_or_have_a_new_version() {
    let schemas = repository().join("schemas");
    let checked = check_released(
        schemas.join("anonymous_events.json"),
        schemas.join("history"),
    );
    assert_eq!(checked, Ok(()));
    // Both have a lock, so that sentinels and sent values are compared.
    let released = history::released(&schemas.join("history")).unwrap();
    assert!(released.len() >= 2 && released.iter().all(|it| it.lock.is_some()));
}

/// Exit code and output of the program in a folder.
fn output(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_telemetry-tool"));
    let ended = command
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(ended.stderr).unwrap(), "");
    (
        ended.status.code(),
        String::from_utf8(ended.stdout).unwrap(),
    )
}

/// The report of the real files, in a folder without the sources: their lines change often.
fn report() -> String {
    let folder = empty("history-report");
    let history = folder.join("schemas/history");
    fs::create_dir_all(&history).unwrap();
    for name in ["1.9.json", "1.9.lock.json", "1.10.json", "1.10.lock.json"] {
        fs::copy(
            repository().join("schemas/history").join(name),
            history.join(name),
        )
        .unwrap();
    }
    let command = "diff schemas/history/1.9.json schemas/history/1.10.json";
    let (code, out) = output(&folder, &command.split(' ').collect::<Vec<_>>());
    assert_eq!(code, Some(0));
    let lines: Vec<&str> = out.lines().map(str::trim_end).collect();
    format!(
        "```text\n$ telemetry-tool {command}\n{}\n```\n",
        lines.join("\n").trim_end()
    )
}

fn versions() -> String {
    let mut text = "| | from | to | needs | lowest |\n| --- | --- | --- | --- | --- |\n".to_owned();
    let [old, new] = load(&folder(
        "versions",
        &Pair::released("1.9"),
        &Pair::released("1.10"),
    ));
    for need in compare(old.side(), new.side(), &Options::default()).needs {
        let event = need.event.as_ref().map(|event| format!("`{event}`"));
        let event = event.unwrap_or("document".to_owned());
        let bump = match need.bump {
            Bump::None => "nothing".to_owned(),
            bump => format!("a {} version", bump.as_str()),
        };
        let lowest = need.lowest();
        writeln!(
            text,
            "| {event} | {} | {} | {bump} | {lowest} |",
            need.old, need.new
        )
        .unwrap();
    }
    text
}

fn variants() -> String {
    let (old, new) = (Pair::released("1.9"), Pair::released("1.10"));
    let mut draft = new.clone();
    draft.lock["events"]["anonymizer_event"]["fields"]["inputTokens"]["default"] = (-1).into();
    let later = new
        .clone()
        .version("1.11")
        .event_version("anonymizer_event", "1.10");
    let early = new.clone().event_version("anonymizer_event", "1.7");
    let stays = new.clone().version("1.9");
    let rows: [(&str, &Pair, &Pair, &[&str]); 5] = [
        ("the change as it was made", &old, &new, &[]),
        ("the document keeps its version", &old, &stays, &[]),
        (
            "the event of Anonymizer keeps its version",
            &old,
            &early,
            &[],
        ),
        (
            "servers validate by the latest document",
            &old,
            &new,
            &["--policy", "latest"],
        ),
        (
            "a draft with the sentinel -1 had been released before",
            &draft,
            &later,
            &[],
        ),
    ];
    let mut text = "| change | exit code | result |\n| --- | --- | --- |\n".to_owned();
    for (index, (title, old, new, options)) in rows.into_iter().enumerate() {
        let folder = folder(&format!("variant-{index}"), old, new);
        let mut arguments = vec!["diff", "--history", "schemas/history"];
        arguments.extend(options);
        arguments.push("schemas/anonymous_events.json");
        let (code, out) = output(&folder, &arguments);
        let summary = out
            .trim_end()
            .rsplit("\n\n")
            .next()
            .unwrap()
            .replace('\n', "<br>");
        let option = options.join(" ");
        let option = if options.is_empty() {
            option
        } else {
            format!(" (`{option}`)")
        };
        writeln!(text, "| {title}{option} | {} | {summary} |", code.unwrap()).unwrap();
    }
    text
}

/// A validator of one event, which is not part of the tool.
fn validator(version: &str, event: &str) -> jsonschema::Validator {
    let mut document = Pair::released(version).document;
    document.as_object_mut().unwrap().shift_remove("oneOf");
    document["$ref"] = json!(format!("#/definitions/events/{event}"));
    jsonschema::draft7::new(&document).unwrap()
}

/// The result for payloads of one version: all are accepted, or all are refused for one reason.
fn answer(version: &str, event: &str, payloads: &[Value]) -> String {
    let validator = validator(version, event);
    let answers = payloads
        .iter()
        .map(|payload| match validator.validate(payload) {
            Ok(()) => "accepted".to_owned(),
            Err(error) => format!("refused: {}", error.masked()),
        });
    let answers: std::collections::BTreeSet<String> = answers.collect();
    assert_eq!(answers.len(), 1, "{event}: {answers:?}");
    answers.into_iter().next().unwrap()
}

/// The recorded payloads of the products, by event and version.
fn payloads() -> BTreeMap<(String, String), Vec<Value>> {
    let mut found: BTreeMap<(String, String), Vec<Value>> = BTreeMap::new();
    for file in [
        "tests/vectors/events.json",
        "tests/vectors/released/events.json",
    ] {
        let recorded = json_of(file);
        for vector in recorded["vectors"].as_array().unwrap() {
            let event = vector["event"].as_str().unwrap();
            let version = vector
                .get("schema")
                .unwrap_or(&recorded["schema_version"][event]);
            let key = (event.to_owned(), version.as_str().unwrap().to_owned());
            found
                .entry(key)
                .or_default()
                .push(vector["parameters"].clone());
        }
    }
    found
}

fn servers() -> String {
    let mut text = "| event | version | payloads | document 1.9 | document 1.10 |\n\
                    | --- | --- | --- | --- | --- |\n"
        .to_owned();
    for ((event, version), payloads) in payloads() {
        let [old, new] = ["1.9", "1.10"].map(|document| answer(document, &event, &payloads));
        let count = payloads.len();
        writeln!(text, "| `{event}` | {version} | {count} | {old} | {new} |").unwrap();
    }
    text
}

/// The validator refuses each witness for the reason of the recorded payloads.
#[test]
fn the_witnesses_are_refused_as_the_recorded_payloads_are() {
    let [old, new] = load(&folder(
        "witness",
        &Pair::released("1.9"),
        &Pair::released("1.10"),
    ));
    let sides: [Side<'_>; 2] = [old.side(), new.side()];
    let comparison = compare(sides[0], sides[1], &Options::default());
    let change = &comparison.changes[0];
    let payloads = payloads();
    for (witness, at, version) in [
        (&change.old_witness, "1.10", "1.7"),
        (&change.new_witness, "1.9", "1.9"),
    ] {
        let payload = comparison.payload(witness.as_ref().unwrap()).unwrap();
        let recorded = &payloads[&("anonymizer_event".to_owned(), version.to_owned())];
        let refused = answer(at, "anonymizer_event", &[payload]);
        assert!(refused.contains("inputTokens"), "{refused}");
        assert_eq!(refused, answer(at, "anonymizer_event", recorded));
    }
}

#[test]
fn the_page_shows_what_the_program_prints() {
    let path = repository().join("schemas/history/README.md");
    let mut page = fs::read_to_string(&path).unwrap();
    for (mark, text) in [
        ("report", report()),
        ("versions", versions()),
        ("variants", variants()),
        ("servers", servers()),
    ] {
        page = replaced(&page, mark, &text);
    }
    expect_file![path].assert_eq(&page);
}
