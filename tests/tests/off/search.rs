//! The binary of a program without telemetry contains none of the texts of its telemetry.

use std::{fs, process::Command};

use crate::{Program, stdout};

/// The word in every text of the telemetry of `small.rs` and `complete.rs`, in each spelling.
const WORDS: [&str; 3] = ["searched", "Searched", "SEARCHED"];

/// Texts that `small.rs` declares.
const TEXTS: [&str; 14] = [
    "https://searched-endpoint.invalid/events",
    "https://searched-override.invalid/events",
    "searched-client-id",
    "searched-product",
    "searched_run",
    "searched_alive",
    "searchedDurationMs",
    "searchedBeats",
    "searched_success",
    "searched-label",
    "SEARCHED_VARIABLE",
    ".searched-marker",
    "searched-prefix-",
    "2.0.0-searched-client-version",
];

fn contains(binary: &[u8], text: &str) -> bool {
    let text = text.as_bytes();
    binary.windows(text.len()).any(|window| window == text)
}

/// Checks that a binary without telemetry contains its decision and none of its other texts.
pub(crate) fn assert_contains_no_text(binary: &[u8]) {
    assert!(contains(binary, "off: compiled without telemetry"));
    for word in WORDS {
        let found = binary
            .windows(word.len())
            .position(|window| window == word.as_bytes());
        let around = found.map(|at| {
            let end = binary.len().min(at + 100);
            String::from_utf8_lossy(&binary[at.saturating_sub(100)..end]).into_owned()
        });
        assert_eq!(around, None, "the binary contains {word}");
    }
}

fn small(name: &'static str, features: &'static [&'static str]) -> Program {
    Program {
        name,
        source: "small.rs",
        features,
        dependencies: "",
        release: true,
    }
}

#[test]
fn a_release_binary_without_telemetry_contains_none_of_its_texts() {
    let with = fs::read(small("with-telemetry", &["derive"]).build()).unwrap();
    for text in TEXTS {
        assert!(contains(&with, text), "{text} would not be found");
    }
    let program = small("without-telemetry", &["derive", "off"]).build();
    let without = fs::read(&program).unwrap();
    assert_contains_no_text(&without);
    assert_eq!(
        stdout(&mut Command::new(program)),
        "off: compiled without telemetry\n"
    );
}
