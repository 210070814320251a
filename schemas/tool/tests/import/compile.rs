//! The declarations of an import compile under their document, and write the document that the import
//! announces. A package in the test's folder is built without the network.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use telemetry_tool::import::{Imported, PLACEHOLDER};

use super::{imported_under, repository};

/// Names of modules, documents, and the number of differences between each document and the written one.
const DOCUMENTS: [(&str, &str, usize); 8] = [
    ("nemo", "schemas/anonymous_events.json", 0),
    // One event, under the whole document.
    (
        "anonymizer",
        "schemas/anonymous_events.json#anonymizer_event",
        0,
    ),
    ("openshell", "schemas/openshell_events.json", 0),
    (
        "runtime",
        "telemetry-runtime/src/schema/tests/document.json",
        0,
    ),
    // The description of the integer type.
    ("derive", "telemetry-derive/docs/events.json", 1),
    // The same, and an integer type with a range.
    ("ui", "tests/ui/schemas/events.json", 3),
    // An integer type with a range.
    ("rules", "schemas/tool/tests/fixtures/document.json", 4),
    (
        "by_hand",
        "schemas/tool/tests/import/hand_written.json",
        usize::MAX,
    ),
];

/// The file of a document in the package.
fn name_of(path: &str) -> String {
    whole(path).replace('/', "_")
}

/// The path without the name of an event.
fn whole(path: &str) -> &str {
    path.split_once('#').map_or(path, |(path, _)| path)
}

fn imported(path: &str) -> Imported {
    imported_under(path, &format!("documents/{}", name_of(path)))
}

fn cargo(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO"))
        .args(arguments)
        .arg("--offline")
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env("RUSTFLAGS", "-D warnings")
        .env_remove("TELEMETRY_REGISTRY")
        .env_remove("TELEMETRY_REGISTRY_ROOT")
        .output()
        .unwrap()
}

fn check(output: &Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(output.status.success(), "{error}\n{text}");
    text
}

/// A package with a module for each document. Its program writes the document of the named module.
fn write_package(folder: &Path) {
    let runtime = repository().join("telemetry-runtime");
    let manifest = format!(
        "[package]\nname = \"imported\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [workspace]\n\n[dependencies.telemetry-runtime]\npath = {:?}\ndefault-features = false\n\
         features = [\"derive\", \"schema\"]\n",
        runtime.canonicalize().unwrap()
    );
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::create_dir_all(folder.join("documents")).unwrap();
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    // The versions that this workspace has fetched.
    fs::copy(repository().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let mut program = String::from("//! Writes a document.\n\n");
    let mut arms = String::new();
    for (module, path, _) in DOCUMENTS {
        let source = folder.join(format!("src/{module}.rs"));
        fs::write(source, imported(path).rust).unwrap();
        let copy = folder.join("documents").join(name_of(path));
        fs::copy(repository().join(whole(path)), copy).unwrap();
        program.push_str(&format!("pub mod {module};\n"));
        arms.push_str(&format!(
            "        \"{module}\" => imported::{module}::REGISTRY.json_schema(),\n"
        ));
    }
    fs::write(folder.join("src/lib.rs"), &program).unwrap();
    let main = format!(
        "fn main() {{\n    let module = std::env::args().nth(1).unwrap();\n    let text = match \
         &*module {{\n{arms}        other => panic!(\"{{other}}\"),\n    }};\n    \
         print!(\"{{text}}\");\n}}\n"
    );
    fs::write(folder.join("src/main.rs"), main).unwrap();
}

#[test]
fn declarations_compile_and_write_the_announced_document() {
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("imported-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    write_package(&folder);
    for (module, path, differences) in DOCUMENTS {
        let written = check(&cargo(&folder, &["run", "--quiet", "--", module]));
        let imported = imported(path);
        let written = format!("{}\n", written.trim_end());
        assert_eq!(written, imported.document, "{module}");
        if differences != usize::MAX {
            assert_eq!(imported.differences.len(), differences, "{module}");
        }
        if differences == 0 && !path.contains('#') {
            let original = fs::read_to_string(repository().join(path)).unwrap();
            assert_eq!(written, original, "{module}");
        }
    }

    // The tests of the modules fail until the placeholders are replaced.
    let output = cargo(&folder, &["test", "--lib"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success());
    assert!(text.contains("replace these texts:"), "{text}");
    for (module, ..) in DOCUMENTS {
        let source = folder.join(format!("src/{module}.rs"));
        let text = fs::read_to_string(&source).unwrap();
        let replaced = text.replace(&format!("\"{PLACEHOLDER}"), "\"Reviewed: ");
        let replaced = replaced.replace(&format!("/// {PLACEHOLDER}"), "/// Reviewed: ");
        fs::write(source, replaced).unwrap();
    }
    check(&cargo(&folder, &["test", "--lib"]));
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn declarations_have_the_format_of_rustfmt() {
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("formatted-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    for (module, path, _) in DOCUMENTS {
        let file = folder.join(format!("{module}.rs"));
        fs::write(&file, imported(path).rust).unwrap();
        let check = Command::new("rustfmt")
            .args(["--check", "--edition", "2024"])
            .arg(&file)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&check.stdout);
        assert!(check.status.success(), "{text}");
    }
}
