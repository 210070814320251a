//! Checks that `ROWS.md` and the cases agree: every row has a case, every case has a row.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

use std::{collections::BTreeSet, fs, path::Path};

const ROWS: &str = include_str!("../ROWS.md");

/// Number of the last row.
const LAST_ROW: usize = 72;

/// The topic whose cases are not listed.
const UNLISTED_TOPIC: &str = "registry";

/// The rows of all tables, split into cells.
fn rows() -> impl Iterator<Item = Vec<&'static str>> {
    ROWS.lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| ---"))
        .map(|line| line.trim_matches(['|', ' ']).split(" | ").collect())
}

/// The words in backticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// The words in backticks that are cases, as `topic/case`.
fn cases(cell: &str) -> impl Iterator<Item = &str> {
    quoted(cell).filter(|word| word.split('/').count() == 2)
}

#[test]
fn every_row_has_a_proof() {
    for number in 1..=LAST_ROW {
        let label = number.to_string();
        let row: Vec<_> = rows().filter(|row| row[0] == label).collect();
        assert_eq!(row.len(), 1, "ROWS.md has row {number} once");
        let proof = row[0][2];
        assert!(
            cases(proof).next().is_some() || proof.contains("topic `registry`"),
            "row {number} has no proof"
        );
    }
}

#[test]
fn every_listed_case_exists() {
    for row in rows() {
        for case in cases(row[2]) {
            for extension in ["rs", "stderr"] {
                let file = format!("cases/fail/{case}.{extension}");
                assert!(Path::new(&file).is_file(), "ROWS.md names {file}");
            }
        }
    }
}

#[test]
fn every_listed_unit_test_exists() {
    for row in rows() {
        let words: Vec<_> = quoted(row[2]).collect();
        for pair in words.windows(2).filter(|pair| pair[0].ends_with(".rs")) {
            let source = fs::read_to_string(format!("../../{}", pair[0])).expect("a source file");
            let test = format!("fn {}()", pair[1]);
            assert!(
                source.contains(&test),
                "ROWS.md names {test} of {}",
                pair[0]
            );
        }
    }
}

#[test]
fn every_case_is_listed() {
    let named: BTreeSet<_> = rows()
        .flat_map(|row| cases(row[2]).collect::<Vec<_>>())
        .collect();
    for topic in fs::read_dir("cases/fail").expect("cases/fail exists") {
        let topic = topic.expect("a folder").path();
        if topic.ends_with(UNLISTED_TOPIC) {
            continue;
        }
        for case in fs::read_dir(&topic).expect("a folder") {
            let case = case.expect("a file").path().with_extension("");
            let case = case.strip_prefix("cases/fail").expect("a case");
            let name = case.to_string_lossy().replace('\\', "/");
            assert!(
                named.contains(name.as_str()),
                "ROWS.md does not name {name}"
            );
        }
    }
}

/// The docs of the derives quote the output of the compiler exactly.
#[test]
fn the_errors_in_the_docs_are_real() {
    let outputs = all_outputs();
    let docs = include_str!("../../../telemetry-derive/docs/errors.md");
    let mut shown = docs.split("```text\n").skip(1).peekable();
    assert!(shown.peek().is_some());
    for block in shown {
        let block = block.split("\n```").next().unwrap_or_default();
        assert!(
            outputs.iter().any(|output| output.contains(block)),
            "no case has this output:\n{block}"
        );
    }
}

/// The compiler's output for every case, with `src/main.rs` as the path of the case.
fn all_outputs() -> Vec<String> {
    let topics = fs::read_dir("cases/fail").expect("cases/fail exists");
    let files =
        topics.flat_map(|topic| fs::read_dir(topic.expect("a folder").path()).expect("files"));
    let paths = files.map(|file| file.expect("a file").path());
    let outputs = paths.filter(|path| {
        path.extension()
            .is_some_and(|extension| extension == "stderr")
    });
    outputs
        .map(|path| {
            let case = path
                .with_extension("rs")
                .to_string_lossy()
                .replace('\\', "/");
            let output = fs::read_to_string(&path).expect("the output of a case");
            output.replace(&case, "src/main.rs")
        })
        .collect()
}

#[test]
fn a_kitchen_sink_is_eight_errors_in_source_order() {
    for file in fs::read_dir("cases/fail/kitchen_sink").expect("the topic exists") {
        let path = file.expect("a file").path();
        if path
            .extension()
            .is_some_and(|extension| extension == "stderr")
        {
            let output = fs::read_to_string(&path).expect("the output of a case");
            let errors = output.lines().filter(|line| line.starts_with("error"));
            assert_eq!(errors.count(), 8, "{}", path.display());
            let places: Vec<_> = output.lines().filter_map(place).collect();
            assert!(places.is_sorted(), "{}: {places:?}", path.display());
        }
    }
}

/// Line and column of ` --> file:line:column`.
fn place(line: &str) -> Option<(u32, u32)> {
    let mut numbers = line.trim_start().strip_prefix("--> ")?.rsplit(':');
    let column = numbers.next()?.parse().ok()?;
    Some((numbers.next()?.parse().ok()?, column))
}
