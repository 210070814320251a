//! The program: exit codes, formats, git, history, and nothing written on an error.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod program;
mod support;

use std::{fs, path::Path, process::Command};

use serde_json::{Value, json};
use telemetry_tool::cli::{FINDING, FINE, USAGE};

use crate::{
    program::{document, empty, git, tool, tool_with, with_version, write},
    support::folder,
};

fn fixture(name: &str) -> String {
    folder().join(name).to_str().unwrap().to_owned()
}

#[test]
fn the_exit_code_is_the_result() {
    let pair = |rule: &str, kind: &str| {
        [
            fixture(&format!("{rule}/{kind}.old.json")),
            fixture(&format!("{rule}/{kind}.new.json")),
        ]
    };
    let [old, new] = pair("FIELD_ADDED", "needs");
    let (code, out, err) = tool(&["diff", &old, &new]);
    assert_eq!((code, err.as_str()), (FINDING, ""));
    assert!(
        out.contains("FIELD_ADDED  A required field was added"),
        "{out}"
    );
    assert!(out.contains("it must be at least 1.10"), "{out}");
    let [old, new] = pair("FIELD_ADDED", "does-not");
    assert_eq!(tool(&["diff", &old, &new]).0, FINE);
    let [old, new] = pair("STRING_TO_ENUM", "needs");
    assert_eq!(tool(&["diff", &old, &new]).0, FINDING);

    // The locks beside the documents are read.
    let [old, new] = pair("SENTINEL_CHANGED", "needs");
    let (code, out, _) = tool(&["diff", &old, &new]);
    assert_eq!(code, FINDING);
    assert!(
        out.contains("SENTINEL_CHANGED") && !out.contains("without locks"),
        "{out}"
    );
}

#[test]
fn an_error_has_its_place_and_no_output() {
    let folder = empty("errors");
    let good = write(&folder.join("good.json"), &document());
    let bad = folder.join("bad.json");
    fs::write(&bad, "{\n  \"a\": 1,\n").unwrap();
    let bad = bad.to_str().unwrap();
    let output = folder.join("out.json");
    let output = output.to_str().unwrap();
    let missing = folder.join("missing.json");
    let missing = missing.to_str().unwrap();
    for (arguments, message) in [
        (vec!["diff", &good, bad], "bad.json:3:1: the text ends here"),
        (
            vec!["diff", &good, missing],
            "missing.json: the file cannot be read",
        ),
        (vec!["diff", &good], "the other document is missing"),
        (
            vec!["diff", "--against", "main", &good, &good],
            "write only the new document",
        ),
        (
            vec!["diff", "--against", "--help", &good],
            "a value is required",
        ),
        (
            vec!["diff", "--against=--out=x", &good],
            "`--out=x` is not a revision",
        ),
        (
            vec!["diff", "--against=main:x", &good],
            "`main:x` is not a revision",
        ),
        (
            vec!["diff", "--history", missing, &good],
            "the folder cannot be read",
        ),
        (
            vec!["diff", "--transitive", &good, &good],
            "--history <DIR>",
        ),
        (
            vec!["diff", "--explain", "NO_RULE"],
            "the rules are DESC_CHANGED, ",
        ),
        (
            vec!["diff", "--sign-off", "FIELD_ADDED", &good, &good],
            "is not a rule that needs an approval",
        ),
        (
            vec!["diff", "--format", "xml", &good, &good],
            "invalid value 'xml'",
        ),
        (vec!["merge", &good, bad, "--out", output], "bad.json:3:1"),
        (vec!["merge", &good], "2 values required"),
        (
            vec!["slice", "other_event", "--from", &good, "--out", output],
            "its events are run_event",
        ),
        (vec!["unknown"], "unrecognized subcommand"),
        (vec![], "Usage: telemetry-tool"),
    ] {
        let (code, out, err) = tool(&arguments);
        assert_eq!((code, out.as_str()), (USAGE, ""), "{arguments:?}");
        assert!(err.contains(message), "{arguments:?}: {err}");
        assert!(!Path::new(output).exists(), "{arguments:?}");
    }
}

#[test]
fn every_command_has_help_with_examples() {
    let (code, help, _) = tool(&["--help"]);
    assert_eq!(code, FINE);
    assert!(help.contains("exit codes:"), "{help}");
    let commands = telemetry_tool::cli::command();
    for command in commands.get_subcommands() {
        let name = command.get_name();
        let (code, help, err) = tool(&[name, "--help"]);
        assert_eq!((code, err.as_str()), (FINE, ""));
        let example = format!("telemetry-tool {name} ");
        let (_, examples) = help
            .split_once("examples:\n")
            .unwrap_or_else(|| panic!("{help}"));
        assert!(examples.contains(&example), "{name}: {help}");
    }
}

#[test]
fn a_released_document_of_any_age_is_compared() {
    let folder = empty("history");
    let released = folder.join("released");
    fs::create_dir(&released).unwrap();
    let without_task = |version: &str| {
        let mut document = with_version(version);
        let event = document
            .pointer_mut("/definitions/events/run_event")
            .unwrap();
        event["properties"]
            .as_object_mut()
            .unwrap()
            .shift_remove("task");
        event["required"]
            .as_array_mut()
            .unwrap()
            .retain(|name| name != "task");
        document
    };
    // Version 1.10 has removed a field that 1.9 has. Integer pairs: 1.10 is the latest one.
    write(&released.join("a.json"), &without_task("1.10"));
    write(&released.join("b.json"), &with_version("1.9"));
    fs::write(released.join("notes.txt"), "not a document").unwrap();
    let released = released.to_str().unwrap();
    let new = write(&folder.join("new.json"), &without_task("1.11"));
    let (code, out, _) = tool(&["diff", "--history", released, &new]);
    assert_eq!(code, FINE, "{out}");
    assert!(out.contains("a.json 1.10 -> "), "{out}");
    let (code, out, _) = tool(&["diff", "--history", released, "--transitive", &new]);
    assert_eq!(code, FINDING, "{out}");
    assert!(
        out.contains("b.json 1.9 -> ") && out.contains("FIELD_REMOVED"),
        "{out}"
    );
    // The same as one line in a test of a product.
    let report = telemetry_tool::check_released(&new, released).unwrap_err();
    assert!(
        report.contains("FIELD_REMOVED") && !report.contains("a.json"),
        "{report}"
    );
    // A change below a released version.
    let new = write(&folder.join("new.json"), &with_version("1.10"));
    let (code, out, _) = tool(&["diff", "--history", released, &new]);
    assert_eq!(code, FINDING, "{out}");
    let same = write(&folder.join("same.json"), &without_task("1.10"));
    let only = folder.join("only");
    fs::create_dir(&only).unwrap();
    write(&only.join("1.10.json"), &without_task("1.10"));
    telemetry_tool::assert_released(&same, &only);
    // Two documents of one version.
    write(&Path::new(released).join("c.json"), &with_version("1.9"));
    let (code, _, err) = tool(&["diff", "--history", released, &new]);
    assert_eq!(code, USAGE);
    assert!(err.contains("also has version 1.9"), "{err}");
}

#[test]
fn a_revision_of_git_is_compared_with_its_lock() {
    let root = empty("git");
    git(&root, &["init", "--quiet"]);
    let folder = root.join("schemas");
    fs::create_dir(&folder).unwrap();
    for (from, to) in [
        ("old.json", "events.json"),
        ("old.lock.json", "events.lock.json"),
    ] {
        let from = fixture(&format!("SENTINEL_CHANGED/needs.{from}"));
        fs::copy(from, folder.join(to)).unwrap();
    }
    git(&root, &["add", "."]);
    git(&root, &["commit", "--quiet", "-m", "first"]);
    let document = folder.join("events.json");
    let document = document.to_str().unwrap();
    let (code, out, err) = tool(&["diff", "--against", "HEAD", document]);
    assert_eq!(code, FINE, "{out}{err}");

    let changed = fixture("SENTINEL_CHANGED/needs.new.lock.json");
    fs::copy(changed, folder.join("events.lock.json")).unwrap();
    let (code, out, _) = tool(&["diff", "--against", "HEAD", document]);
    assert_eq!(code, FINDING);
    assert!(out.contains("SENTINEL_CHANGED"), "{out}");
    // A deleted lock hides no change.
    fs::remove_file(folder.join("events.lock.json")).unwrap();
    let (code, out, _) = tool(&["diff", "--against", "HEAD", document]);
    assert_eq!(code, FINDING);
    assert!(out.contains("LOCK_FACT_REMOVED"), "{out}");

    let (code, out, err) = tool(&["diff", "--against", "missing", document]);
    assert_eq!((code, out.as_str()), (USAGE, ""));
    assert!(
        err.contains("the repository has no revision `missing`"),
        "{err}"
    );
}

#[test]
fn a_lock_of_another_version_is_refused() {
    let folder = empty("stale");
    let old = fixture("SENTINEL_CHANGED/needs.old.json");
    let mut lock: Value = serde_json::from_str(
        &fs::read_to_string(fixture("SENTINEL_CHANGED/needs.old.lock.json")).unwrap(),
    )
    .unwrap();
    lock["schemaVersion"] = "1.8".into();
    let lock = write(&folder.join("lock.json"), &lock);
    let (code, _, err) = tool(&["diff", &old, &old, "--lock", &lock]);
    assert_eq!(code, USAGE);
    assert!(
        err.contains("the lock describes version 1.8, but `"),
        "{err}"
    );
}

#[test]
fn formats_have_the_same_changes() {
    let old = fixture("FIELD_ADDED/needs.old.json");
    let new = fixture("FIELD_ADDED/needs.new.json");
    let report = |format: &str| tool(&["diff", "--format", format, &old, &new]);
    let (code, out, _) = report("json");
    assert_eq!(code, FINDING);
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["finding"], true);
    let change = &json["comparisons"][0]["changes"][0];
    assert_eq!(change["rule"], "FIELD_ADDED");
    assert_eq!(change["needs"], "minor");
    assert_eq!(change["oldWitness"].as_object().unwrap().len(), 7);
    assert_eq!(json["comparisons"][0]["needs"][0]["lowest"], "1.10");

    let (code, out, _) = report("github");
    assert_eq!(code, FINDING);
    let lines: Vec<&str> = out.lines().collect();
    let [change, version] = lines[..] else {
        panic!("{out}")
    };
    assert!(change.starts_with("::error file="), "{change}");
    assert!(
        change.contains(",line=95,title=FIELD_ADDED%3A A required field was added::"),
        "{change}"
    );
    assert!(version.contains("it must be at least 1.10"), "{version}");

    let (code, out, _) = report("markdown");
    assert_eq!(code, FINDING);
    assert!(out.starts_with("### Finding: `"), "{out}");
    assert!(out.contains("| [FIELD_ADDED](https://"), "{out}");
}

#[test]
fn colours_are_only_for_a_terminal() {
    let old = fixture("FIELD_ADDED/needs.old.json");
    let new = fixture("FIELD_ADDED/needs.new.json");
    let (_, plain, _) = tool_with(false, &["diff", &old, &new]);
    let (_, coloured, _) = tool_with(true, &["diff", &old, &new]);
    assert!(!plain.contains('\u{1b}') && coloured.contains("\u{1b}[31mbreaks\u{1b}[0m"));
    let mut stripped = coloured;
    for code in [
        "\u{1b}[0m",
        "\u{1b}[1m",
        "\u{1b}[2m",
        "\u{1b}[31m",
        "\u{1b}[32m",
        "\u{1b}[33m",
    ] {
        stripped = stripped.replace(code, "");
    }
    assert_eq!(stripped, plain);
    let (_, out, _) = tool_with(true, &["diff", "--format", "json", &old, &new]);
    assert!(!out.contains('\u{1b}'));
}

#[test]
fn hostile_text_of_a_document_stays_text() {
    let folder = empty("hostile");
    let hostile = "x\u{1b}[2J\n::error::y | <img src=z> `\u{202e}";
    let mut changed = document();
    changed["definitions"]["events"]["run_event"]["properties"][hostile] =
        json!({"type": "string", "description": hostile});
    let required = changed["definitions"]["events"]["run_event"]["required"]
        .as_array_mut()
        .unwrap();
    required.push(hostile.into());
    let old = write(&folder.join("old.json"), &document());
    let new = write(&folder.join("new.json"), &changed);
    for format in ["text", "markdown", "github"] {
        let (code, out, _) = tool(&["diff", "--format", format, &old, &new]);
        assert_eq!(code, FINDING);
        assert!(!out.contains(['\u{1b}', '\u{202e}']), "{format}: {out}");
        let injected = out.lines().any(|line| line.starts_with("::error::"));
        assert!(!injected, "{format}: {out}");
        if format == "github" {
            assert!(
                out.lines().all(|line| line.starts_with("::error file=")),
                "{out}"
            );
        }
    }
}

#[test]
fn the_program_runs() {
    let program = env!("CARGO_BIN_EXE_telemetry-tool");
    let output = Command::new(program).arg("--version").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let output = Command::new(program).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let old = fixture("FIELD_ADDED/needs.old.json");
    let new = fixture("FIELD_ADDED/needs.new.json");
    let output = Command::new(program)
        .args(["diff", &old, &new])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(!output.stdout.contains(&0x1b), "a pipe has no colours");
}
