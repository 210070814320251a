//! The page of the released documents: its reports are printed by the program, and its table of servers comes from
//! a validator that is not part of the tool.
//!
//! `UPDATE_EXPECT=1` writes the generated parts again.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::Path,
    process::Command,
};

use expect_test::expect_file;
use serde_json::{Value, json};
use telemetry_tool::{
    diff::{Options, compare},
    rules::Bump,
};

use crate::{
    Pair, folder, json_of, load,
    program::{empty, replaced},
    repository,
};

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
    let answers: BTreeSet<String> = answers.collect();
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
    let comparison = compare(old.side(), new.side(), &Options::default());
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
