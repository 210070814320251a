//! The released documents of the products: the changes between them, and the page that shows them.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod changes;
mod page;
#[path = "../program/mod.rs"]
mod program;

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use telemetry_tool::history::{self, Released};

use crate::program::empty;

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn json_of(path: &str) -> Value {
    let text = fs::read_to_string(repository().join(path)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A released document and its lock, which a test can change.
#[derive(Clone)]
pub(crate) struct Pair {
    pub(crate) document: Value,
    pub(crate) lock: Value,
}

impl Pair {
    pub(crate) fn released(version: &str) -> Self {
        Self {
            document: json_of(&format!("schemas/history/{version}.json")),
            lock: json_of(&format!("schemas/history/{version}.lock.json")),
        }
    }

    pub(crate) fn version(mut self, version: &str) -> Self {
        self.document["schemaMeta"]["schemaVersion"] = version.into();
        self.lock["schemaVersion"] = version.into();
        self
    }

    pub(crate) fn event_version(mut self, event: &str, version: &str) -> Self {
        self.lock["events"][event]["schema"] = version.into();
        self
    }

    /// The pair without a value of the deployment types.
    pub(crate) fn without(mut self, value: &str) -> Self {
        let values = &mut self.document["definitions"]["types"]["DeploymentTypeEnum"]["enum"];
        values.as_array_mut().unwrap().retain(|it| it != value);
        for (_, event) in self.lock["events"].as_object_mut().unwrap() {
            if let Some(field) = event["fields"].get_mut("deploymentType") {
                field["values"].as_object_mut().unwrap().remove(value);
            }
        }
        self
    }

    fn write(&self, document: &Path, lock: &Path) {
        fs::create_dir_all(document.parent().unwrap()).unwrap();
        fs::write(document, self.document.to_string()).unwrap();
        fs::write(lock, self.lock.to_string()).unwrap();
    }
}

/// Folders as in the repository: `old` is released, `new` is the document of the products.
pub(crate) fn folder(name: &str, old: &Pair, new: &Pair) -> PathBuf {
    let folder = empty(&format!("history-{name}"));
    let schemas = folder.join("schemas");
    old.write(
        &schemas.join("history/1.9.json"),
        &schemas.join("history/1.9.lock.json"),
    );
    new.write(
        &schemas.join("anonymous_events.json"),
        &schemas.join("events.lock.json"),
    );
    folder
}

pub(crate) fn load(folder: &Path) -> [Released; 2] {
    let schemas = folder.join("schemas");
    let new = history::load(&schemas.join("anonymous_events.json"), None).unwrap();
    let old = history::released(&schemas.join("history"))
        .unwrap()
        .remove(0);
    [old, new]
}
