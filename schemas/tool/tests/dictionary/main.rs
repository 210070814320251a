//! The data dictionary: its content, its escapes, the structure of its HTML, and the command.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

#[cfg(feature = "slow")]
mod browser;
mod command;
mod content;
mod escapes;
mod structure;

use std::path::{Path, PathBuf};

use telemetry_tool::{
    dictionary::Dictionary,
    document,
    history::{self, Released},
};

/// A file of this package.
pub(crate) fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The small document, with its lock and its history.
pub(crate) fn small() -> Dictionary {
    let current = history::load(&file("tests/dictionary/events.json"), None).unwrap();
    assert!(current.lock.is_some());
    let released = history::released(&file("tests/dictionary/history")).unwrap();
    Dictionary::new(&current, &released)
}

/// A document without a lock and a history.
pub(crate) fn without_lock(path: &str) -> Dictionary {
    let document = document::load(file(path)).unwrap();
    of_document(document)
}

pub(crate) fn of_document(document: document::Document) -> Dictionary {
    let lock = None;
    Dictionary::new(&Released { document, lock }, &[])
}

/// The document of this repository.
pub(crate) const PUBLISHED: &str = "../anonymous_events.json";
