//! Comments, pages, string literals and names of functions are plain technical English.
//!
//! The list holds words that a reader has to translate. A quotation or a proper name is a line in
//! `EXCEPTIONS` with its reason.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod blocks;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use fancy_regex::Regex;
use telemetry_tests::vectors::workspace;

use crate::blocks::{Block, blocks};

/// A pattern and a better choice. A space matches any white space, and case does not matter.
const PATTERNS: [(&str, &str); 26] = [
    (r"\b(whoever|whomever)\b", "the user, the caller"),
    (r"\b(nobody|no one)\b", "no user, no caller, not ... by any"),
    (r"\b(somebody|someone)\b", "the user, another thread"),
    (r"\bpeople\b", "users, reviewers"),
    (r"\ba person\b", "the user; personal data"),
    (r"\bwhatever\b", "any ..., regardless of"),
    (r"\bin place of\b", "instead of, for"),
    (r"\bone's\b", "custom, your, its"),
    (r"\bbut for\b", "except, apart from"),
    (r"\bfor want of\b", "without, because ... is missing"),
    (r"\bmade of\b", "built from, consists of"),
    (
        r"(?<!there )\b(is|are|was|were) no (?!(longer|more|less|fewer|larger|greater|different) )\w",
        "is not a",
    ),
    (r"\b(stands|stood)\b", "is, appears, is documented in"),
    (
        r"\b(to|can|may|must|that|which|they|not) stand (in|for|on|at|as|where|there|left|beside|before|behind)\b",
        "is, appears",
    ),
    (r"\bfor ever\b", "forever, permanently"),
    (
        r"\bso (many|few|long)\b(?! as\b)(?![^.;:]*\bthat\b)",
        "this number, the same time",
    ),
    (
        r"(?m)(^\W*|[.;:!] )(?-i:What|Who)\b[^?.]*(\.|\z|\n\s*\n)",
        "a noun or a verb first",
    ),
    (r"\bjudg(e|es|ed|ing|ement)\b", "evaluate, check, parse"),
    (r"\b(tells|told)\b", "reports, informs, specifies"),
    (
        r"\b(speaks|spoken)\b(?! (HTTP|JSON|TLS|YAML)\b)",
        "is set, decides",
    ),
    (r"\bnothing but\b", "only"),
    (r"\bin vain\b", "without success, fails"),
    (r"\b(and|or) the like\b", "name them, or: similar ..."),
    (
        r"\b(hence|lest|naught|till|thereby|therein|thereof|thereupon|whereby|whereof)\b",
        "so, until, by this",
    ),
    (r"\bby being there\b", "its presence"),
    (
        r"\b(slip of the pen|while there is hope|wait(s|ing)? for company|a word of its own)\b",
        "a number with its unit, a term",
    ),
];

/// File (or folder), a part of the line, and the reason. Without a part, all of the file.
const EXCEPTIONS: [(&str, &str, &str); 2] = [
    (
        "examples/src/anonymizer/run.rs",
        "rewrite-final-judge",
        "name of a step in Anonymizer",
    ),
    (
        "tests/tests/language/main.rs",
        "",
        "the patterns themselves and their test",
    ),
];

struct Finding {
    file: PathBuf,
    line: usize,
    text: String,
    pattern: usize,
}

/// Files that are written by hand or printed by this workspace.
fn files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![workspace()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy();
            if path.is_dir() {
                if name != "target" && name != ".git" {
                    open.push(path);
                }
            } else if ["rs", "md", "toml", "yml"]
                .iter()
                .any(|it| path.extension().is_some_and(|extension| extension == *it))
            {
                found.push(path.strip_prefix(workspace()).unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

fn patterns() -> Vec<Regex> {
    let compiled = |(pattern, _): &(&str, &str)| {
        let spaced = pattern
            .replace("[^", "\0")
            .replace(' ', r"\s+")
            .replace('\0', "[^");
        // A look-behind has one width.
        let spaced = spaced.replace(r"(?<!there\s+)", r"(?<!there\s)");
        Regex::new(&format!("(?i){spaced}")).unwrap_or_else(|error| panic!("{pattern}: {error}"))
    };
    PATTERNS.iter().map(compiled).collect()
}

fn findings_in(file: &Path, block: &Block, patterns: &[Regex]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (pattern, regex) in patterns.iter().enumerate() {
        for hit in regex.find_iter(&block.text) {
            let hit = hit.unwrap();
            let before = &block.text[..hit.start()];
            let start = before.rfind('\n').map_or(0, |at| at + 1);
            let end = block.text[hit.end()..]
                .find('\n')
                .map_or(block.text.len(), |at| at + hit.end());
            found.push(Finding {
                file: file.to_owned(),
                line: block.line + before.matches('\n').count(),
                text: block.text[start..end].trim().to_owned(),
                pattern,
            });
        }
    }
    found
}

/// Every finding, and which exceptions were needed.
fn findings() -> (Vec<Finding>, [bool; EXCEPTIONS.len()]) {
    let patterns = patterns();
    let mut used = [false; EXCEPTIONS.len()];
    let mut found = Vec::new();
    let files = files();
    assert!(files.len() > 100, "the search is broken: {files:?}");
    for file in files {
        let text = fs::read_to_string(workspace().join(&file)).unwrap();
        for block in blocks(&file, &text) {
            for finding in findings_in(&file, &block, &patterns) {
                let excepted = EXCEPTIONS.iter().position(|(path, part, _)| {
                    file.starts_with(path) && finding.text.contains(part)
                });
                match excepted {
                    Some(exception) => used[exception] = true,
                    None => found.push(finding),
                }
            }
        }
    }
    (found, used)
}

#[test]
fn no_text_needs_translation() {
    let (found, used) = findings();
    println!("{}", counts(&found));
    let lines: Vec<_> = found
        .iter()
        .map(|finding| {
            let (file, line, text) = (finding.file.display(), finding.line, &finding.text);
            format!(
                "{file}:{line}: {text}\n    instead: {}",
                PATTERNS[finding.pattern].1
            )
        })
        .collect();
    assert!(
        found.is_empty(),
        "{} findings:\n{}",
        found.len(),
        lines.join("\n")
    );
    for ((path, part, reason), used) in EXCEPTIONS.iter().zip(used) {
        assert!(
            used,
            "{path} {part:?} is not an exception any more: {reason}"
        );
    }
}

/// The findings by pattern and by folder, to be compared between two commits.
fn counts(found: &[Finding]) -> String {
    let mut by_pattern: BTreeMap<&str, usize> = BTreeMap::new();
    let mut by_folder: BTreeMap<String, usize> = BTreeMap::new();
    for finding in found {
        *by_pattern.entry(PATTERNS[finding.pattern].0).or_default() += 1;
        let folder = finding.file.parent().unwrap();
        let folder: PathBuf = folder.iter().take(3).collect();
        *by_folder.entry(folder.display().to_string()).or_default() += 1;
    }
    let sorted = |counts: BTreeMap<String, usize>| {
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let lines = counts
            .into_iter()
            .map(|(name, count)| format!("{count:5}  {name}\n"));
        lines.collect::<String>()
    };
    let by_pattern = by_pattern
        .into_iter()
        .map(|(name, count)| (name.to_owned(), count));
    format!(
        "by pattern:\n{}by folder:\n{}total {}",
        sorted(by_pattern.collect()),
        sorted(by_folder),
        found.len()
    )
}

#[test]
fn each_pattern_finds_its_words_and_no_others() {
    let patterns = patterns();
    let found = |text: &str| -> Vec<usize> {
        let block = Block {
            line: 1,
            text: text.to_owned(),
        };
        findings_in(Path::new("x"), &block, &patterns)
            .into_iter()
            .map(|it| it.pattern)
            .collect()
    };
    for bad in [
        "Whoever calls this",
        "asks nobody",
        "somebody else",
        "people agree",
        "a person agrees",
        "whatever it holds",
        "in\nplace of it",
        "a type of one's own",
        "all but for one",
        "for want of room",
        "made of parts",
        "which is no status",
        "the text stands in a table",
        "what may stand in a test",
        "waits for ever",
        "waits so long",
        "What failed waits.",
        "# What failed\n\nwaits",
        "It waits. Who asks\nis refused",
        "the value is judged",
        "the page tells it",
        "the first that speaks",
        "nothing but digits",
        "in vain",
        "tabs and the like",
        "and thereby fails",
        "says no by being there",
        "a slip of the pen",
    ] {
        assert!(!found(bad).is_empty(), "{bad}");
    }
    for good in [
        "there is no file",
        "If there\nare no events",
        "is no longer than",
        "is no more than ten",
        "so long as it runs",
        "so many events that it is full",
        "a standing order",
        "What does it\ncost?",
        "decides\nwhat to send. It",
        "a personal folder",
        "speaks TLS",
        "in the place of birth",
        "stand-alone",
    ] {
        assert_eq!(found(good), Vec::<usize>::new(), "{good}");
    }
}
