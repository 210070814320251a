//! The conformance vectors and how values are compared with them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

/// One vector: a JSON object with at least an `id`.
#[derive(Debug, Clone)]
pub struct Vector(Value);

impl Vector {
    /// A vector that is in no file.
    #[must_use]
    pub fn new(vector: Value) -> Self {
        Self(vector)
    }

    /// The vector's unique name.
    #[must_use]
    pub fn id(&self) -> &str {
        self.text("id")
    }

    /// The value of `key`, which must be there.
    #[must_use]
    pub fn get(&self, key: &str) -> &Value {
        self.find(key)
            .unwrap_or_else(|| panic!("{} has no `{key}`", self.0["id"]))
    }

    /// The value of `key`, where the vector has one.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// The text of `key`, which must be there.
    #[must_use]
    pub fn text(&self, key: &str) -> &str {
        self.get(key)
            .as_str()
            .unwrap_or_else(|| panic!("`{key}` of {} is not text", self.0["id"]))
    }
}

/// Root of the workspace.
#[must_use]
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("this package lies in a workspace")
        .to_owned()
}

/// The document `tests/vectors/NAME.json`.
#[must_use]
pub fn document(name: &str) -> Value {
    let path = workspace().join(format!("tests/vectors/{name}.json"));
    let text = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The vectors of `tests/vectors/NAME.json`, compared with the count in the file.
#[must_use]
pub fn load(name: &str) -> Vec<Vector> {
    let document = document(name);
    let vectors: Vec<Vector> = document["vectors"]
        .as_array()
        .expect("a list of vectors")
        .iter()
        .cloned()
        .map(Vector)
        .collect();
    assert_eq!(document["count"], vectors.len(), "vectors in {name}.json");
    vectors
}

/// The vectors of `tests/vectors/released/events.json`: events of the packages that are released now.
#[must_use]
pub fn released() -> Vec<Vector> {
    let document = document("released/events");
    let vectors = document["vectors"].as_array().expect("a list of vectors");
    vectors.iter().cloned().map(Vector).collect()
}

/// The value as compact JSON: equal texts mean equal keys, in the same order, and numbers that are
/// equal bit for bit (`-0.0` keeps its sign, `1` is not `1.0`).
#[must_use]
pub fn canonical(value: &Value) -> String {
    value.to_string()
}

/// The first difference of two texts, with some context.
#[must_use]
pub fn difference(ours: &str, recorded: &str) -> String {
    let pairs = ours.chars().zip(recorded.chars());
    let same = pairs
        .take_while(|(ours, recorded)| ours == recorded)
        .count();
    let around = |text: &str| -> String {
        let from_there = text.chars().skip(same.saturating_sub(60));
        from_there.take(120).collect()
    };
    format!(
        "\n  ours     ...{}\n  recorded ...{}",
        around(ours),
        around(recorded)
    )
}

/// Holds what differs against what is listed as different: each must be in the other.
///
/// # Panics
///
/// When a vector differs and is not listed, or is listed and does not differ.
pub fn assert_differences(file: &str, found: &BTreeMap<String, String>, listed: &[(&str, &str)]) {
    for (id, what) in found {
        assert!(
            listed.iter().any(|(listed, _)| listed == id),
            "{file}: {id} differs and is not listed: {what}"
        );
    }
    for (id, reason) in listed {
        assert!(
            found.contains_key(*id),
            "{file}: {id} is listed ({reason}) but does not differ: take it off the list"
        );
        assert!(
            !reason.is_empty(),
            "{file}: {id} is listed without a reason"
        );
    }
}
