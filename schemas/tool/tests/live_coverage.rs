//! The coverage of `live-check`: events, fields and values that never occurred.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod live_input;
mod program;

use std::fs;

use serde_json::{Value, json};
use telemetry_tool::cli::{FINDING, FINE, USAGE};

use crate::{
    live_input::{document, line, payload},
    program::{empty, tool, write},
};

const DOCUMENT: &str = "tests/live/run.json";
const PUBLISHED: &str = "../history/1.9.json";

#[test]
fn the_table_and_the_gaps_fit_in_80_columns() {
    let folder = empty("live-columns");
    let path = folder.join("envelopes.ndjson");
    fs::write(&path, live_input::recorded_envelopes(false).join("\n")).unwrap();
    let (code, out, _) = tool(&[
        "live-check",
        path.to_str().unwrap(),
        "--registry",
        PUBLISHED,
    ]);
    assert_eq!(code, FINE, "{out}");
    let lines = out.lines().skip(1);
    for line in lines {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn full_coverage_needs_every_event_field_and_value() {
    let folder = empty("live-coverage");
    let input = folder.join("all.ndjson");
    let mut lines = vec![
        line(
            "stop_event",
            "1.2",
            &json!({"exitCode": 1, "reason": "done"}),
        ),
        line(
            "stop_event",
            "1.2",
            &json!({"exitCode": 0, "reason": "signal"}),
        ),
    ];
    for at in 0..3 {
        let mut payload = payload();
        payload["records"] = ["0", "1-100", "101+"][at].into();
        payload["mode"] = ["batch", "preview", "batch"][at].into();
        payload["status"] = ["success", "failure", "success"][at].into();
        payload["hosts"] = json!(["local", "other"]);
        payload["title"] = "A".into();
        payload["count"] = at.into();
        lines.push(line("run_event", "1.9", &payload));
    }
    let run = |lines: &[String], more: &[&str]| {
        fs::write(&input, lines.join("\n")).unwrap();
        let mut arguments = vec![
            "live-check",
            input.to_str().unwrap(),
            "--registry",
            DOCUMENT,
        ];
        arguments.extend(more);
        tool(&arguments)
    };
    // `lost` is retired in the lock, and `seconds` has only its sentinel: neither is a gap.
    let (code, out, _) = run(&lines, &["--require-all"]);
    assert_eq!(code, FINE, "{out}");
    for (missing, gap) in [
        (0, "reason never had the value done"),
        (1, "reason never had the value signal"),
        (2, "records never had the bucket 0"),
        (3, "mode never had the value preview"),
        (4, "records never had the bucket 101+"),
    ] {
        let mut lines = lines.clone();
        lines.remove(missing);
        let (code, out, _) = run(&lines, &["--require-all"]);
        assert_eq!(code, FINDING, "{out}");
        assert!(out.contains(gap), "{out}");
        assert_eq!(run(&lines, &["--fail-on", "coverage"]).0, FINDING);
        assert_eq!(run(&lines, &[]).0, FINE);
    }
    let (code, out, _) = run(&lines[2..], &["--require-all", "--fail-on", "nothing"]);
    assert_eq!(code, FINDING);
    assert!(
        out.contains("stop_event 1.2  the event did not occur"),
        "{out}"
    );
    assert_eq!(run(&lines[2..], &["--fail-on", "nothing"]).0, FINE);
    let (code, out, _) = run(&lines, &["--fail-on", "violations,sentinels"]);
    assert_eq!(code, FINDING);
    assert!(out.contains("steps/ms was -1 in 100 % of 3 items"), "{out}");
}

/// The lock of a constant field allows one value of the enum. Coverage does not need the others.
#[test]
fn a_constant_field_needs_only_its_value() {
    let folder = empty("live-constant");
    let input = folder.join("events.ndjson");
    let run = |source: &str| {
        let mut parameters = live_input::recorded_event("guardrails_usage_event");
        parameters["nemoSource"] = source.into();
        fs::write(&input, line("guardrails_usage_event", "1.7", &parameters)).unwrap();
        tool(&[
            "live-check",
            input.to_str().unwrap(),
            "--registry",
            PUBLISHED,
        ])
    };
    let (code, out, _) = run("guardrails");
    assert_eq!(code, FINE, "{out}");
    assert!(!out.contains("nemoSource never had"), "{out}");
    let (code, out, _) = run("anonymizer");
    assert_eq!(code, FINDING, "{out}");
    let violation = "NOT_DECLARED  guardrails_usage_event 1.7, nemoSource, once";
    assert!(out.contains(violation), "{out}");
}

#[test]
fn a_field_that_always_has_its_sentinel_is_reported() {
    let folder = empty("live-sentinel");
    let input = folder.join("runs.ndjson");
    let mut parameters = live_input::recorded_event("train_and_generation_event");
    parameters["numTokensGenerated"] = json!(-1);
    let text = line("train_and_generation_event", "1.4", &parameters);
    fs::write(&input, format!("{text}\n").repeat(412)).unwrap();
    let input = input.to_str().unwrap();
    let (code, out, _) = tool(&["live-check", input, "--registry", PUBLISHED]);
    assert_eq!(code, FINE, "{out}");
    let sentence = "numTokensGenerated was -1 in 100 % of 412 events";
    assert!(out.contains(sentence), "{out}");

    let arguments = ["live-check", input, "--registry", PUBLISHED, "--format"];
    let formats = ["json", "markdown", "github"].map(|format| {
        let arguments: Vec<_> = arguments.iter().copied().chain([format]).collect();
        tool(&arguments).1
    });
    let report: Value = serde_json::from_str(&formats[0]).unwrap();
    let events = report["coverage"].as_array().unwrap();
    let event = events
        .iter()
        .find(|it| it["event"] == "train_and_generation_event");
    let fields = event.unwrap()["fields"].as_array().unwrap();
    let field = fields.iter().find(|it| it["field"] == "numTokensGenerated");
    assert_eq!(
        (&field.unwrap()["seen"], &field.unwrap()["sentinel"]),
        (&json!(412), &json!(412))
    );
    assert!(
        formats[1].contains(&format!("- {sentence}")),
        "{}",
        formats[1]
    );
    assert!(formats[2].contains("::notice"), "{}", formats[2]);
}

#[test]
fn the_current_document_may_be_given_with_its_released_copy() {
    let folder = empty("live-copies");
    let mut current = document();
    current["description"] = "Another text.".into();
    let current_path = write(&folder.join("current.json"), &current);
    let history = folder.join("history");
    fs::create_dir(&history).unwrap();
    let released = history.join("1.9.json");
    write(&released, &document());
    let mut old = document();
    old["schemaMeta"]["schemaVersion"] = "1.7".into();
    write(&history.join("1.7.json"), &old);
    let input = folder.join("input.ndjson");
    fs::write(&input, line("run_event", "1.4", &payload())).unwrap();
    let run = || {
        let registry = [&current_path, history.to_str().unwrap()];
        let input = input.to_str().unwrap();
        tool(&[
            "live-check",
            input,
            "--registry",
            registry[0],
            registry[1],
            "--format",
            "json",
        ])
    };
    // The event did not change since 1.7, so it is counted once, for the current document.
    let (code, out, err) = run();
    assert_eq!((code, &*err), (FINE, ""));
    let report: Value = serde_json::from_str(&out).unwrap();
    let events: Vec<_> = report["coverage"].as_array().unwrap().iter().collect();
    assert_eq!(events.len(), 2);
    assert_eq!(
        (&events[0]["document"], &events[0]["events"]),
        (&json!(current_path), &json!(1))
    );

    let mut changed = document();
    changed["definitions"]["types"]["Count"]["maximum"] = 99.into();
    write(&released, &changed);
    let (code, _, err) = run();
    assert_eq!(code, USAGE);
    assert!(
        err.contains("also has version 1.9, but accepts other payloads of `run_event`"),
        "{err}"
    );
}
