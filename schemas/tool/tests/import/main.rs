//! `import`: the declarations of a document, and the parts that cannot be declared.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

#[cfg(feature = "slow")]
mod compile;
mod mutated;

use std::{
    fs,
    path::{Path, PathBuf},
};

use expect_test::expect_file;
use telemetry_tool::{
    cli::{Console, FINE, USAGE, run},
    document,
    import::{Imported, Options, import},
};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every event of a document of the repository, or one event for `PATH#EVENT`.
fn imported_under(path: &str, registry: &str) -> Imported {
    let (path, event) = match path.split_once('#') {
        Some((path, event)) => (path, Some(event)),
        None => (path, None),
    };
    let document = document::load(repository().join(path)).unwrap();
    let options = Options {
        registry: registry.to_owned(),
        events: event.into_iter().map(str::to_owned).collect(),
    };
    import(&document, &options).unwrap_or_else(|refused| panic!("{path}: {refused:?}"))
}

/// The exit code, standard output and standard error. Documents and output are in the named folder.
fn call(folder: &Path, arguments: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = run(
        ["telemetry-tool", "import"]
            .iter()
            .chain(arguments)
            .map(Into::into),
        &mut Console {
            out: &mut out,
            err: &mut err,
            colour: false,
        },
    );
    let text = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).unwrap();
        text.replace(&format!("{}/", folder.display()), "")
    };
    (code, text(out), text(err))
}

/// An empty folder for one test.
fn temporary(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = folder.join(format!("import-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn a_document_by_hand_becomes_declarations() {
    let imported = imported_under("schemas/tool/tests/import/hand_written.json", "events.json");
    expect_file!["hand_written.rs.txt"].assert_eq(&imported.rust);
    let lines = imported.differences.iter().map(|it| format!("{it}\n"));
    expect_file!["hand_written.differences.txt"].assert_eq(&lines.collect::<String>());
}

#[test]
fn documents_that_the_runtime_writes_stay_equal() {
    for path in [
        "schemas/anonymous_events.json",
        "schemas/openshell_events.json",
        "telemetry-runtime/src/schema/tests/document.json",
    ] {
        let imported = imported_under(path, path);
        assert_eq!(imported.differences, [], "{path}");
        let original = fs::read_to_string(repository().join(path)).unwrap();
        assert_eq!(imported.document, original, "{path}");
    }
}

#[test]
fn an_import_of_the_written_document_changes_nothing() {
    let first = imported_under("schemas/tool/tests/import/hand_written.json", "events.json");
    let written = document::read("written.json", first.document.as_bytes()).unwrap();
    let second = import(&written, &Options::default()).unwrap();
    assert_eq!(second.differences, []);
    assert_eq!(second.document, first.document);
}

#[test]
fn one_event_has_only_its_types() {
    let imported = imported_under("schemas/anonymous_events.json#anonymizer_event", "x.json");
    assert_eq!(imported.differences, []);
    let declared = |name: &str| imported.rust.contains(&format!("pub enum {name} {{"));
    assert!(declared("Task") && declared("TaskStatus"));
    assert!(!declared("RailsEngine") && !declared("EventType"));
    assert_eq!(imported.rust.matches("pub struct").count(), 1);
}

#[test]
fn what_cannot_be_declared_is_named_and_nothing_is_written() {
    let folder = temporary("refused");
    let file = folder.join("events.json");
    fs::copy(
        repository().join("schemas/tool/tests/import/undeclarable.json"),
        &file,
    )
    .unwrap();
    let out = folder.join("events.rs");
    let arguments = [file.to_str().unwrap(), "--out", out.to_str().unwrap()];
    let (code, text, error) = call(&folder, &arguments);
    assert_eq!((code, text.as_str()), (USAGE, ""));
    expect_file!["undeclarable.txt"].assert_eq(&error);
    assert!(!out.exists());

    // The derive reads the whole document, so a named event is refused with it.
    let (code, _, error) = call(&folder, &[&arguments[..], &["--event", "fine"]].concat());
    assert_eq!(code, USAGE);
    let advice = "or write a document without the event with `telemetry-tool slice`";
    assert!(error.contains(advice), "{error}");
    assert!(!out.exists());
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn null_is_refused_by_the_reader() {
    let folder = temporary("null");
    let (file, out) = (folder.join("events.json"), folder.join("events.rs"));
    fs::copy(repository().join("tests/ui/schemas/null.json"), &file).unwrap();
    let arguments = [file.to_str().unwrap(), "--out", out.to_str().unwrap()];
    let (code, _, error) = call(&folder, &arguments);
    assert_eq!(code, USAGE);
    assert!(error.contains("sentinel"), "{error}");
    assert!(!out.exists());
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn the_command_writes_the_file_and_reports_the_differences() {
    let folder = temporary("written");
    let (file, out) = (folder.join("events.json"), folder.join("events.rs"));
    fs::copy(repository().join("tests/ui/schemas/events.json"), &file).unwrap();
    let arguments = [
        file.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
        "--registry",
        "../events.json",
    ];
    let (code, text, error) = call(&folder, &arguments);
    assert_eq!((code, error.as_str()), (FINE, ""));
    expect_file!["command.txt"].assert_eq(&text);
    let imported = imported_under("tests/ui/schemas/events.json", "../events.json");
    assert_eq!(fs::read_to_string(&out).unwrap(), imported.rust);

    let (code, _, error) = call(&folder, &[&arguments[..], &["--event", "walk"]].concat());
    assert_eq!(code, USAGE);
    assert!(error.starts_with("error: the document has no event `walk`\n"));
    fs::remove_dir_all(&folder).unwrap();
}
