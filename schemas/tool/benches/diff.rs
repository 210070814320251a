//! The time of `diff` over the number of events, changed events and released documents.
//!
//! It includes both readers, the comparison with locks and the report. It prints tables and has no
//! thresholds.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark reports to its user"
)]

use std::{hint::black_box, path::Path, time::Instant};

use serde_json::{Value, json};
use telemetry_tool::{
    diff::{Options, Side, compare},
    document, lock,
    report::{Format, Style, diff::render},
};

const FIELDS: usize = 20;

/// A document and its lock, as text. In the first `changed` events, one field is new.
fn texts(events: usize, changed: usize, version: &str) -> [String; 2] {
    let mut declared = json!({});
    let mut locked = json!({});
    for at in 0..events {
        let mut properties = json!({});
        let mut facts = json!({});
        for field in 0..FIELDS {
            let (name, property) = match field % 3 {
                0 => (
                    format!("count{field}"),
                    json!({"description": "Records.", "$ref": "#/definitions/types/Count"}),
                ),
                1 => (
                    format!("status{field}"),
                    json!({"description": "Result.", "$ref": "#/definitions/types/StatusEnum"}),
                ),
                _ => (
                    format!("text{field}of{at}"),
                    json!({"type": "string", "description": "Name."}),
                ),
            };
            properties[&name] = property;
            facts[&name] =
                json!({"sentinel": -1, "unit": "ms", "labels": ["a", "b"], "why": "Why?"});
        }
        if at < changed {
            properties["added"] = json!({"type": "boolean", "description": "New."});
        }
        let required: Vec<&String> = properties.as_object().unwrap().keys().collect();
        declared[format!("event{at}")] = json!({
            "description": "An event.",
            "type": "object",
            "eventMeta": {"service": "telemetry", "gdpr": {"category": "functional", "description": "Counts.", "personalization": ""}},
            "properties": properties,
            "additionalProperties": false,
            "required": required,
        });
        locked[format!("event{at}")] = json!({"schema": version, "fields": facts});
    }
    let branches = (0..events).map(|at| json!({"$ref": format!("#/definitions/events/event{at}")}));
    let branches: Vec<Value> = branches.collect();
    let document = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "description": "Events of a benchmark.",
        "schemaMeta": {"schemaVersion": version},
        "definitions": {
            "types": {
                "Count": {"type": "integer", "description": "A count.", "maximum": i64::MAX, "minimum": i64::MIN},
                "StatusEnum": {"type": "string", "description": "A result.", "enum": ["success", "failure"]},
            },
            "events": declared,
        },
        "oneOf": branches,
    });
    let lock = json!({"lockVersion": 1, "schemaVersion": version, "events": locked});
    [document.to_string(), lock.to_string()]
}

/// Reads both sides, compares them and renders the report. Returns the length of the report.
fn run(old: &[String; 2], new: &[String; 2]) -> usize {
    let [old_document, old_lock] = old;
    let [new_document, new_lock] = new;
    let old_document = document::read("old.json", old_document.as_bytes()).unwrap();
    let new_document = document::read("new.json", new_document.as_bytes()).unwrap();
    let old_lock = lock::read("old.lock.json", old_lock.as_bytes()).unwrap();
    let new_lock = lock::read("new.lock.json", new_lock.as_bytes()).unwrap();
    let old = Side {
        document: &old_document,
        lock: Some(&old_lock),
    };
    let new = Side {
        document: &new_document,
        lock: Some(&new_lock),
    };
    let comparison = compare(old, new, &Options::default());
    render(
        &[comparison],
        Format::Text,
        Style::default(),
        Path::new("."),
    )
    .len()
}

/// The shortest of some runs, in milliseconds.
fn fastest(mut run: impl FnMut()) -> f64 {
    let times = (0..5).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64() * 1000.0
    });
    times.fold(f64::INFINITY, f64::min)
}

fn main() {
    println!("events  changed  document KiB  diff ms");
    for events in [50, 100, 200, 500, 1000] {
        for changed in [0, 1, events] {
            let (old, new) = (texts(events, 0, "1.0"), texts(events, changed, "1.1"));
            let ms = fastest(|| {
                black_box(run(&old, &new));
            });
            println!(
                "{events:6}  {changed:7}  {:12}  {ms:7.1}",
                old[0].len() / 1024
            );
        }
    }
    println!("\nreleased documents of 100 events  diff ms");
    for files in [1, 5, 10, 20, 40] {
        let new = texts(100, 3, "2.0");
        let old: Vec<_> = (0..files)
            .map(|at| texts(100, 0, &format!("1.{at}")))
            .collect();
        let ms = fastest(|| {
            for old in &old {
                black_box(run(old, &new));
            }
        });
        println!("{files:32}  {ms:7.1}");
    }
}
