//! A program with every feature and `off`: `off` takes precedence.

use std::{fs, path::Path, process::Command};

use serde_json::{Value, json};
use telemetry_tests::scratch::Scratch;

use crate::{Program, search::assert_contains_no_text, stdout};

/// Crates that other features bring. The paths of their source files are in a binary that calls them.
const CRATES: [&str; 6] = ["flate2", "hyper", "reqwest", "rustls", "tokio", "toml_edit"];

/// Exit code, standard output and standard error of `telemetry ...`.
fn telemetry(program: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(program)
        .arg("telemetry")
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn with_every_feature_a_program_without_telemetry_contains_and_does_nothing() {
    let program = Program {
        name: "complete",
        source: "complete.rs",
        features: &[
            "audit", "clap", "consent", "derive", "gzip", "http", "off", "otlp", "schema",
            "testing", "tracing",
        ],
        dependencies: "clap = { version = \"4.6.7\", default-features = false, features = [\"std\"] }\n",
        release: true,
    };
    let program = program.build();
    let binary = fs::read(&program).unwrap();
    assert_contains_no_text(&binary);
    for name in CRATES {
        let path = format!("/{name}-");
        let found = binary
            .windows(path.len())
            .any(|window| window == path.as_bytes());
        assert!(!found, "the binary contains {name}");
    }
    let folder = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "off-complete");
    let run = stdout(Command::new(&program).env("FOLDER", folder.path()));
    assert_eq!(run, "checked\n");
    every_subcommand_reports_that_telemetry_is_compiled_out(&program);
}

fn every_subcommand_reports_that_telemetry_is_compiled_out(program: &Path) {
    let sentence = "This program was compiled without telemetry.";
    for (arguments, code) in [
        (&[][..], 0),
        (&["status"], 0),
        (&["show"], 0),
        (&["disable"], 0),
        (&["enable"], 3),
        (&["purge", "--all"], 3),
    ] {
        let (found, out, err) = telemetry(program, arguments);
        assert_eq!(found, code, "{arguments:?}");
        let (used, unused) = if code == 0 { (out, err) } else { (err, out) };
        assert!(used.starts_with(sentence), "{arguments:?}: {used}");
        assert_eq!(unused, "", "{arguments:?}");

        let (found, out, err) = telemetry(program, &[arguments, &["--json"]].concat());
        assert_eq!((found, err.as_str()), (code, ""), "{arguments:?}");
        let out: Value = serde_json::from_str(&out).unwrap();
        if code == 0 {
            let expected = json!({
                "on": false,
                "source": "compiled_out",
                "reason": "off: compiled without telemetry",
            });
            assert_eq!(out, expected, "{arguments:?}");
        } else {
            let error = out["error"].as_str().unwrap();
            assert!(error.starts_with(sentence), "{arguments:?}: {error}");
        }
    }
}
