//! Inputs that do not belong together, and outputs that cannot be written: each message says what to write
//! instead, and no file changes.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod program;

use std::{fs, path::Path};

use serde_json::{Value, json};
use telemetry_tool::cli::{FINDING, FINE, USAGE};

use crate::program::{document, empty, git, tool, with_version, write};

fn refused(arguments: &[&str], message: &str) {
    let (code, out, err) = tool(arguments);
    assert_eq!((code, out.as_str()), (USAGE, ""), "{arguments:?}: {err}");
    assert!(err.contains(message), "{arguments:?}: {err}");
    assert!(err.contains("\nhelp: "), "{arguments:?}: {err}");
}

/// A lock of the document in the fixtures.
fn lock(schema: &str, fields: &Value) -> Value {
    let mut events = json!({});
    for name in document()["definitions"]["events"]
        .as_object()
        .unwrap()
        .keys()
    {
        events[name.as_str()] = json!({"schema": "1.9", "fields": {}});
    }
    events["run_event"] = json!({"schema": schema, "fields": fields});
    json!({"lockVersion": 1, "schemaVersion": "1.9", "events": events})
}

#[test]
fn a_lock_of_other_events_is_refused() {
    let folder = empty("other-lock");
    let path = write(&folder.join("events.json"), &with_version("1.9"));
    let with_lock = |lock: &Value| {
        write(&folder.join("events.lock.json"), lock);
        [path.as_str(), path.as_str()]
    };
    let [old, new] = with_lock(&lock("1.9", &json!({"count": {}})));
    assert_eq!(tool(&["diff", old, new]).0, FINE);
    // Another document of the folder has its own lock.
    let other = write(&folder.join("other.json"), &with_version("1.10"));
    refused(&["diff", old, &other], "lock is `other.lock.json`");

    // A reviewer would not see the field: nothing is compared with it.
    let [old, new] = with_lock(&lock("1.9", &json!({"hidden": {"reason": "none"}})));
    refused(
        &["diff", old, new],
        "has no field `hidden` in the event `run_event`",
    );
    let [old, new] = with_lock(&lock("1.10", &json!({})));
    refused(
        &["diff", old, new],
        "the event `run_event` has version 1.10, which is later than version 1.9 of the document",
    );
}

#[test]
fn a_missing_revision_says_what_is_missing() {
    let root = empty("revisions");
    let document = |name: &str| write(&root.join(name), &with_version("1.9"));
    // The folder of the test is in the repository of this package; a file that is not committed is missing there.
    git(&root, &["init", "--quiet"]);
    let committed = document("events.json");
    git(&root, &["add", "."]);
    git(&root, &["commit", "--quiet", "-m", "first"]);
    assert_eq!(tool(&["diff", "--against", "HEAD", &committed]).0, FINE);
    refused(
        &["diff", "--against", "v1", &committed],
        "the repository has no revision `v1`",
    );
    refused(
        &["diff", "--against", "HEAD", &document("renamed.json")],
        "`HEAD` does not have the file",
    );
    fs::rename(root.join(".git"), root.join("not-git")).unwrap();
    fs::write(root.join(".git"), "gitdir: missing").unwrap();
    refused(
        &["diff", "--against", "HEAD", &committed],
        "the document is not in a repository that git can read",
    );
}

#[cfg(unix)]
#[test]
fn a_released_document_is_never_skipped() {
    let folder = empty("broken-link");
    let history = folder.join("history");
    fs::create_dir(&history).unwrap();
    write(&history.join("1.8.json"), &with_version("1.8"));
    let new = write(&folder.join("new.json"), &with_version("1.9"));
    let history = history.to_str().unwrap();
    assert_eq!(tool(&["diff", "--history", history, &new]).0, FINE);
    let link = Path::new(history).join("1.9.json");
    std::os::unix::fs::symlink("missing", link).unwrap();
    refused(
        &["diff", "--history", history, &new],
        "1.9.json: the file cannot be read",
    );
}

#[test]
fn an_output_does_not_replace_an_input() {
    let folder = empty("replaced");
    let mut text = document();
    text["schemaMeta"]["schemaVersion"] = "1.9".into();
    let path = write(&folder.join("events.json"), &text);
    let locked = write(&folder.join("events.lock.json"), &lock("1.9", &json!({})));
    let before = fs::read(&path).unwrap();
    let twisted = folder.join(".").join("events.json");
    let twisted = twisted.to_str().unwrap();
    for arguments in [
        vec!["docs", "--registry", &path, "--out", &path],
        vec!["docs", "--registry", &path, "--out", twisted],
        vec!["docs", "--registry", &path, "--out", &locked],
        vec!["import", &path, "--out", &path],
    ] {
        refused(&arguments, "would replace the input");
    }
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn an_output_that_cannot_be_written_is_explained() {
    let folder = empty("unwritable");
    let path = write(&folder.join("events.json"), &with_version("1.9"));
    let missing = folder.join("missing").join("page.html");
    for out in [&missing, &folder, Path::new("..")] {
        let out = out.to_str().unwrap();
        refused(
            &["docs", "--registry", &path, "--out", out],
            "cannot be written: ",
        );
    }
    assert!(!missing.exists());
}

#[test]
fn an_annotation_names_the_approval() {
    let folder = empty("approval");
    let side = |name: &str, class: &str| {
        let path = write(&folder.join(format!("{name}.json")), &with_version("1.9"));
        let class = json!({"count": {"privacyClass": class}});
        write(
            &folder.join(format!("{name}.lock.json")),
            &lock("1.9", &class),
        );
        path
    };
    let (old, new) = (side("old", "number"), side("new", "free text"));
    let (code, out, _) = tool(&["diff", "--format", "github", &old, &new]);
    assert_eq!(code, FINDING);
    assert!(out.contains("needs: minor + approval"), "{out}");
}
