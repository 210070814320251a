//! The time of `diff` over the number of events and of released documents.
//!
//! It includes both readers, the comparison with locks and the report; with released documents also the files.
//! It prints tables and has no thresholds.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark reports to its user"
)]

use std::{
    fs,
    hint::black_box,
    path::{Path, PathBuf},
    sync::LazyLock,
    time::Instant,
};

use serde_json::{Value, json};
use telemetry_tool::{
    check_released,
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

/// The time of this thread in seconds, without the time of other programs on Linux.
fn seconds() -> f64 {
    let nanoseconds = || {
        let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        text.split(' ').next()?.parse::<f64>().ok()
    };
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    nanoseconds().map_or_else(|| START.elapsed().as_secs_f64(), |time| time / 1e9)
}

/// The time of one run in milliseconds, the shortest of five averages. An average takes 100 ms, because the clock
/// of Linux advances with each tick of the scheduler.
fn fastest(mut run: impl FnMut()) -> f64 {
    let averages = (0..5).map(|_| {
        let (start, mut runs) = (seconds(), 0.0);
        loop {
            run();
            runs += 1.0;
            let time = seconds() - start;
            if time >= 0.1 {
                break time / runs * 1000.0;
            }
        }
    });
    averages.fold(f64::INFINITY, f64::min)
}

/// One line for each size: the time, and the time for one item. The last column compares the time for one
/// item with that of the first line, so a curve that bends upward has values far above 1.
fn table(items: &str, sizes: &[usize], mut ms: impl FnMut(usize) -> f64) {
    println!(
        "{items:>8}  {:>9}  {:>11}  {:>5}",
        "ms", "us for one", "ratio"
    );
    let mut first = None;
    for size in sizes {
        let ms = ms(*size);
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let each = ms * 1000.0 / *size as f64;
        let ratio = each / *first.get_or_insert(each);
        println!("{size:8}  {ms:9.1}  {each:11.1}  {ratio:5.2}");
    }
}

/// A folder with `files` released documents of 100 events and their locks.
fn history(files: usize) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-history-{files}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for at in 0..files {
        let [document, lock] = texts(100, 0, &format!("1.{at}"));
        fs::write(folder.join(format!("1.{at}.json")), document).unwrap();
        fs::write(folder.join(format!("1.{at}.lock.json")), lock).unwrap();
    }
    folder
}

fn main() {
    const EVENTS: &[usize] = &[50, 100, 200, 500, 1000, 2000];
    for (title, most) in [
        ("no event changed", 0),
        ("one event changed", 1),
        ("every event changed", usize::MAX),
    ] {
        println!("\ndiff of two documents with locks: {title}");
        table("events", EVENTS, |events| {
            let old = texts(events, 0, "1.0");
            let new = texts(events, most.min(events), "1.1");
            fastest(|| {
                black_box(run(&old, &new));
            })
        });
    }

    println!("\ndiff --history --transitive of documents with 100 events");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let [document, lock] = texts(100, 3, "2.0");
    let new = folder.join("bench-new.json");
    fs::write(&new, document).unwrap();
    fs::write(new.with_extension("lock.json"), lock).unwrap();
    table("files", &[1, 2, 4, 8, 16, 32, 64], |files| {
        let history = history(files);
        fastest(|| check_released(&new, &history).unwrap())
    });
}
