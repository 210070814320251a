//! `tests/FAULTS.md` maps every fault to its tests: it must be complete and correct.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use telemetry_tests::{
    markdown::{code, rows},
    sources::tests,
    vectors::workspace,
};

/// The rows that the runtime promises something about.
fn promised() -> BTreeSet<u32> {
    let ranges = [1..=40, 42..=72, 74..=82];
    ranges.into_iter().flatten().collect()
}

/// Rows whose tests are still to be written. This list only gets shorter.
const PENDING: [u32; 0] = [];

struct Row {
    tests: Vec<String>,
    remark: String,
}

fn table() -> BTreeMap<u32, Row> {
    let text = fs::read_to_string(workspace().join("tests/FAULTS.md")).unwrap();
    let mut table = BTreeMap::new();
    for cells in rows(&text) {
        let [number, _, tests, remark] = cells[..] else {
            continue;
        };
        let Ok(number) = number.parse() else { continue };
        let row = Row {
            tests: code(tests).map(str::to_owned).collect(),
            remark: remark.to_owned(),
        };
        assert!(table.insert(number, row).is_none(), "row {number} twice");
    }
    table
}

#[test]
fn every_promised_row_is_in_the_table() {
    let listed: BTreeSet<_> = table().into_keys().collect();
    assert_eq!(listed, promised());
}

#[test]
fn every_row_has_tests_that_exist_or_a_reason() {
    let known = tests();
    let mut pending = Vec::new();
    for (number, row) in table() {
        for name in &row.tests {
            assert!(
                known.contains(name),
                "row {number}: there is no test {name}"
            );
        }
        if row.remark == "pending" {
            pending.push(number);
        } else if row.tests.is_empty() {
            assert!(
                !row.remark.is_empty(),
                "row {number} has no test and no reason"
            );
        }
    }
    assert_eq!(pending, PENDING);
}

#[test]
fn every_test_named_after_a_row_is_in_the_table() {
    let table = table();
    for name in tests() {
        let Some(rest) = name.strip_prefix("row_") else {
            continue;
        };
        let Some(Ok(number)) = rest.split('_').next().map(str::parse) else {
            continue;
        };
        let row: &Row = table
            .get(&number)
            .unwrap_or_else(|| panic!("{name}: no such row"));
        assert!(
            row.tests.contains(&name),
            "{name} is missing in row {number}"
        );
    }
}

/// The rows below "Faults found in use", by id.
#[test]
fn every_fault_found_in_use_has_tests_that_exist() {
    let text = fs::read_to_string(workspace().join("tests/FAULTS.md")).unwrap();
    let (_, found) = text.split_once("\n## Faults found in use\n").unwrap();
    let known = tests();
    let mut ids = BTreeSet::new();
    for cells in rows(found) {
        let [id, _, names, _] = cells[..] else {
            panic!("{cells:?} is not `id | fault | tests | remarks`");
        };
        if id == "id" {
            continue;
        }
        assert!(ids.insert(id.to_owned()), "row {id} twice");
        let names: Vec<_> = code(names).collect();
        assert!(!names.is_empty(), "row {id} has no test");
        for name in names {
            assert!(known.contains(name), "row {id}: there is no test {name}");
        }
    }
}

/// The numbered guarantees of the runtime's front page, each with the name of its test.
fn guarantees() -> Vec<(String, String)> {
    let source = fs::read_to_string(workspace().join("telemetry-runtime/src/lib.rs")).unwrap();
    let docs = source.lines().filter_map(|line| line.strip_prefix("//!"));
    let page: String = docs
        .map(|line| format!("{}\n", line.trim_start()))
        .collect();
    let (_, section) = page.split_once("\n# Guarantees\n").unwrap();
    let section = section.split("\n# ").next().unwrap();
    let mut items = Vec::new();
    for number in 1.. {
        let Some((_, item)) = section.split_once(&format!("\n{number}. ")) else {
            return items;
        };
        let item = item.split("\n\n").next().unwrap();
        let item = item.split(&format!("\n{}. ", number + 1)).next().unwrap();
        let item = item.split_whitespace().collect::<Vec<_>>().join(" ");
        let (sentence, test) = item.split_once(" (`").unwrap();
        items.push((sentence.to_owned(), test.trim_end_matches("`)").to_owned()));
    }
    items
}

#[test]
fn each_guarantee_is_a_sentence_kept_by_a_test() {
    let (known, guarantees) = (tests(), guarantees());
    assert_eq!(guarantees.len(), 9, "{guarantees:#?}");
    for (sentence, test) in guarantees {
        let ends = sentence.matches(['.', '!', '?']).count();
        assert!(
            ends == 1 && sentence.ends_with('.'),
            "not one sentence: {sentence}"
        );
        assert!(known.contains(&test), "{sentence}\nthere is no test {test}");
    }
}
