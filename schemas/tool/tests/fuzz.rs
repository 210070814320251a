//! Documents and locks with random changes are read or refused with a place. The seeds are fixed.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod mutations;

use std::path::Path;

use telemetry_tool::{
    diff::{Options, Side, compare},
    document, json, lock,
    report::{Format, Style, diff::render},
};

use crate::mutations::mutated;

const DOCUMENT: &str = include_str!("fixtures/document.json");

#[test]
fn arbitrary_bytes_are_read_or_refused() {
    let mut random = fastrand::Rng::with_seed(13);
    let mut accepted = 0;
    let original = document::read("d.json", DOCUMENT.as_bytes()).unwrap();
    for _ in 0..4000 {
        let bytes = mutated(&mut random, DOCUMENT);
        match document::read("d.json", &bytes) {
            // The text for output is read as the same document.
            Ok(document) => {
                accepted += 1;
                let side = |document| Side {
                    document,
                    lock: None,
                };
                let comparison = compare(side(&original), side(&document), &Options::default());
                let report = render(
                    &[comparison],
                    Format::Text,
                    Style::default(),
                    Path::new("."),
                );
                assert!(report.contains("policy pinned"));
                let text = json::to_text(&document.json);
                let again = document::read("d.json", text.as_bytes()).unwrap();
                assert_eq!(again.json, document.json);
            }
            Err(error) => {
                let text = error.to_string();
                assert!(
                    text.starts_with("d.json:") && text.contains("\nhelp: "),
                    "{text}"
                );
            }
        }
    }
    assert!(
        (50..3900).contains(&accepted),
        "{accepted} of 4000 were accepted"
    );
}

#[test]
fn arbitrary_locks_are_read_or_refused() {
    let path = "fixtures/RETIRED_VALUE_REMOVED/needs.old.lock.json";
    let text = include_str!("fixtures/RETIRED_VALUE_REMOVED/needs.old.lock.json");
    assert!(lock::read(path, text.as_bytes()).is_ok());
    let mut random = fastrand::Rng::with_seed(14);
    let mut accepted = 0;
    for _ in 0..4000 {
        match lock::read("l.json", &mutated(&mut random, text)) {
            Ok(_) => accepted += 1,
            Err(error) => {
                let text = error.to_string();
                assert!(
                    text.starts_with("l.json:") && text.contains("\nhelp: "),
                    "{text}"
                );
            }
        }
    }
    assert!(
        (50..3900).contains(&accepted),
        "{accepted} of 4000 were accepted"
    );
}
