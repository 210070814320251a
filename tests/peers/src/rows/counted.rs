//! The numbers that the gate counts with valgrind, from `tests/speed.json` of the workspace.

use std::{fs, path::Path};

use serde_json::Value;

use crate::report::{Goal, Section};

/// The sections of the file that are about cost at run time.
const SECTIONS: [&str; 3] = ["instructions", "copies", "allocations"];

pub(crate) fn read() -> Section {
    let mut section = Section::new(
        "Counted by the gate",
        "Instructions, copies and allocations from `tests/speed.json`, which the gate compares with each build. \
         They are the same on a busy machine.",
        &["kind", "number", "value"],
    );
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../speed.json");
    let text = fs::read_to_string(file).unwrap_or_default();
    let numbers: Value = serde_json::from_str(&text).unwrap_or_default();
    for kind in SECTIONS {
        for (name, value) in numbers[kind].as_object().into_iter().flatten() {
            let cells = [kind.to_owned(), name.clone(), value.to_string()];
            section.lines.push(cells.to_vec());
        }
    }
    let number = |kind: &str, name: &str| numbers[kind][name].as_f64();
    let encodings = [
        (
            "encode C, instructions",
            "at most 420",
            420.0,
            "encode C, per event",
        ),
        (
            "encode G, instructions",
            "at most 1,430",
            1430.0,
            "encode G, per event",
        ),
        (
            "encode A, instructions",
            "at most 1,760",
            1760.0,
            "encode A, per event",
        ),
    ];
    for (name, goal, limit, key) in encodings {
        let count = number("instructions", key);
        section
            .goals
            .push(Goal::of(name, goal, count, f64::to_string, |count| {
                *count <= limit
            }));
    }
    let (caller, worker) = (
        "send, record, times per event",
        "send, worker, times per event",
    );
    let copies = number("copies", caller).zip(number("copies", worker));
    section.goals.push(Goal::of(
        "copies of an event between `record` and the socket",
        "at most 2 (and small pieces)",
        copies,
        |(caller, worker)| format!("{:.2}", caller + worker),
        |(caller, worker)| caller + worker <= 2.1,
    ));
    section
}
