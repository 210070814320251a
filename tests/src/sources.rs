//! The sources of the workspace.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::vectors::workspace;

/// All `.rs` files at and below a place of the workspace, without build output.
#[must_use]
pub fn files(place: impl AsRef<Path>) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![workspace().join(place)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let inside = fs::read_dir(path).unwrap();
            let inside = inside.map(|entry| entry.unwrap().path());
            open.extend(inside.filter(|path| !path.ends_with("target")));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// The names of all test functions of the workspace.
#[must_use]
pub fn tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for folder in ["telemetry-runtime", "telemetry-derive", "tests", "examples"] {
        for file in files(folder) {
            let text = fs::read_to_string(file).unwrap();
            let after = text.split("#[test]").skip(1);
            let name = |text: &str| Some(text.split_once("fn ")?.1.split('(').next()?.to_owned());
            names.extend(after.filter_map(name));
        }
    }
    names
}
