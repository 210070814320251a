//! `telemetry-tool docs`.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use telemetry_tool::{
    cli::{Console, FINDING, FINE, USAGE, run},
    dictionary::markdown,
};

use crate::{file, small};

/// An empty folder for one test.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("dictionary")
        .join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn docs(arguments: &[&dyn AsRef<Path>]) -> (u8, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut console = Console {
        out: &mut out,
        err: &mut err,
        colour: false,
    };
    let program = ["telemetry-tool", "docs"].map(OsString::from);
    let rest = arguments
        .iter()
        .map(|it| it.as_ref().as_os_str().to_owned());
    let code = run(program.into_iter().chain(rest), &mut console);
    out.extend(err);
    (code, String::from_utf8(out).unwrap())
}

#[test]
fn check_fails_while_the_file_is_missing_or_stale() {
    let folder = folder("check");
    let registry = folder.join("events.json");
    fs::copy(file("tests/dictionary/events.json"), &registry).unwrap();
    for name in ["page.html", "page.md"] {
        let out = folder.join(name);
        let write = || docs(&[&"--registry", &registry, &"--out", &out]);
        let check = || docs(&[&"--registry", &registry, &"--out", &out, &"--check"]);
        let (code, text) = check();
        assert_eq!(code, FINDING, "{text}");
        assert!(text.contains("does not exist"), "{text}");
        assert!(!out.exists(), "--check does not write");
        assert_eq!(write().0, FINE);
        let (code, text) = check();
        assert_eq!(code, FINE, "{text}");
        let written = fs::read_to_string(&out).unwrap();
        assert_eq!(written.starts_with("<!DOCTYPE html>"), name == "page.html");
        let changed = written.replacen("Tokens of the input.", "Other.", 1);
        assert_ne!(written, changed);
        fs::write(&out, &changed).unwrap();
        let (code, text) = check();
        assert_eq!(code, FINDING, "{text}");
        assert!(text.contains("is stale\n  line "), "{text}");
        assert!(text.contains("Other."), "{text}");
        assert_eq!(fs::read_to_string(&out).unwrap(), changed);
        fs::write(&out, written.trim_end()).unwrap();
        assert_eq!(check().0, FINDING, "the line break at the end");
        assert_eq!(write().0, FINE);
        assert_eq!(check().0, FINE);
    }
}

#[test]
fn a_lock_beside_the_document_and_a_history_are_used() {
    let folder = folder("lock");
    let out = folder.join("page.txt");
    let registry = file("tests/dictionary/events.json");
    let history = file("tests/dictionary/history");
    let (code, text) = docs(&[
        &"--registry",
        &registry,
        &"--history",
        &history,
        &"--format",
        &"markdown",
        &"--out",
        &out,
    ]);
    assert_eq!(code, FINE, "{text}");
    let written = fs::read_to_string(&out).unwrap();
    assert!(written == markdown::render(&small()), "{written}");
}

#[test]
fn bad_input_writes_nothing() {
    let folder = folder("bad");
    let out = folder.join("page.html");
    let registry = folder.join("events.json");
    fs::write(&registry, "{").unwrap();
    let (code, text) = docs(&[&"--registry", &registry, &"--out", &out]);
    assert_eq!(code, USAGE, "{text}");
    assert!(text.contains("events.json:1:2:"), "{text}");
    assert!(!out.exists());
    // A folder cannot be compared or replaced.
    let good = file("tests/dictionary/events.json");
    assert_eq!(docs(&[&"--registry", &good, &"--out", &folder]).0, USAGE);
    let (code, text) = docs(&[&"--registry", &good, &"--out", &folder, &"--check"]);
    assert_eq!(code, USAGE, "{text}");
}
