//! The locks that the runtime has written: every command that reads a lock accepts them.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod program;

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use telemetry_tool::{
    cli::{FINDING, FINE},
    lock,
};

use crate::program::{empty, tool};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Each lock of the repository with its document.
fn locks() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in ["schemas", "schemas/history", "tests/golden"] {
        for entry in fs::read_dir(repository().join(folder)).unwrap() {
            let lock = entry.unwrap().path().to_str().unwrap().to_owned();
            let Some(name) = lock.strip_suffix(".lock.json") else {
                continue;
            };
            let beside = format!("{name}.json");
            let document = if Path::new(&beside).is_file() {
                beside
            } else {
                name.replace("/events", "/anonymous_events") + ".json"
            };
            found.push((document, lock));
        }
    }
    assert!(found.len() >= 5, "{found:?}");
    found
}

/// Runs a command that must succeed.
fn fine(arguments: &[&str]) -> String {
    let (code, out, err) = tool(arguments);
    assert_eq!((code, err.as_str()), (FINE, ""), "{arguments:?}\n{out}");
    out
}

#[test]
fn diff_reads_every_committed_lock() {
    for (document, lock) in locks() {
        let out = fine(&[
            "diff",
            &document,
            &document,
            "--old-lock",
            &lock,
            "--lock",
            &lock,
        ]);
        assert!(out.contains("no new version is needed"), "{out}");
        assert!(!out.contains("without locks"), "{out}");
    }
}

#[test]
fn docs_reads_every_committed_lock() {
    let folder = empty("committed-docs");
    for (document, lock) in locks() {
        for name in ["page.html", "page.md"] {
            let page = folder.join(name);
            let page = page.to_str().unwrap();
            let read = [
                "docs",
                "--registry",
                &document,
                "--lock",
                &lock,
                "--out",
                page,
            ];
            fine(&read);
            fine(&[&read[..], &["--check"]].concat());
            assert!(fs::read_to_string(page).unwrap().contains("Privacy class"));
        }
    }
}

#[test]
fn export_reads_every_committed_lock() {
    for (document, lock) in locks() {
        for dialect in ["clickhouse", "duckdb"] {
            let out = fine(&[
                "export",
                "sql",
                &document,
                "--dialect",
                dialect,
                "--lock",
                &lock,
            ]);
            assert!(out.contains("CREATE TABLE"), "{out}");
        }
    }
}

/// The sample payloads of the events, as the dictionary shows them.
fn samples(folder: &Path, document: &str, lock: &str) -> Vec<Value> {
    let page = folder.join("samples.md");
    let page = page.to_str().unwrap();
    fine(&[
        "docs",
        "--registry",
        document,
        "--lock",
        lock,
        "--out",
        page,
    ]);
    let text = fs::read_to_string(page).unwrap();
    let blocks = text.split("```json\n").skip(1);
    let samples: Vec<Value> = blocks
        .map(|block| serde_json::from_str(block.split("```").next().unwrap()).unwrap())
        .collect();
    let events = lock::load(lock).unwrap().events;
    assert_eq!(samples.len(), events.len());
    let named = events.iter().zip(samples).map(|(event, parameters)| {
        json!({
            "name": event.name,
            "eventSchemaVer": event.schema.to_string(),
            "parameters": parameters,
        })
    });
    named.collect()
}

#[test]
fn live_check_reads_every_committed_lock() {
    let folder = empty("committed-live");
    let input = folder.join("events.ndjson");
    let path = input.to_str().unwrap();
    for (document, lock) in locks() {
        let samples = samples(&folder, &document, &lock);
        let lines: String = samples.iter().map(|event| format!("{event}\n")).collect();
        fs::write(&input, lines).unwrap();
        fine(&["live-check", path, "--registry", &document, "--lock", &lock]);

        // The value is retired without a version, and the event is older than the document.
        if let Some(run) = samples.iter().find(|event| event["name"] == "command_run") {
            let mut run = run.clone();
            run["parameters"]["outcome"] = "skipped".into();
            fs::write(&input, run.to_string()).unwrap();
            let (code, out, _) =
                tool(&["live-check", path, "--registry", &document, "--lock", &lock]);
            assert_eq!(code, FINDING);
            assert!(
                out.contains("`skipped` is retired since version 1.9"),
                "{out}"
            );
        }
    }
}
