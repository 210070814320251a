//! One document from several.

use serde_json::{Map, Value, json};

use crate::{
    diff::overlapping,
    document::{self, Document, Shape},
    error::InputError,
    json::{join, to_text},
};

/// A place at which two documents disagree.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// JSON pointer, the same in both documents.
    pub pointer: String,
    /// The first file and its value.
    pub first: (String, Value),
    /// The other file and its value.
    pub other: (String, Value),
    /// Line in the other file.
    pub line: usize,
    /// The disagreement and the correction.
    pub message: String,
}

/// A merged document with its conflicts.
#[derive(Debug, Clone)]
pub struct Merged {
    /// The document. With conflicts, it has the values of the first file.
    pub document: Value,
    /// The conflicts in the order of the files.
    pub conflicts: Vec<Conflict>,
}

/// Merges documents. Types and events keep the order of the files, and the version is the highest one.
///
/// With `union`, enums of one name get the values of all documents. Otherwise they must be equal.
/// Descriptions are those of the first file that has the part.
///
/// # Errors
///
/// The merged document is above a limit of the reader.
pub fn merge(documents: &[Document], union: bool) -> Result<Merged, InputError> {
    let Some((first, others)) = documents.split_first() else {
        return Ok(Merged {
            document: Value::Null,
            conflicts: Vec::new(),
        });
    };
    let mut merging = Merging {
        document: first.json.clone(),
        conflicts: Vec::new(),
        sources: documents,
        union,
    };
    for other in others {
        merging.meta(other);
        merging.types(other);
        merging.events(other);
    }
    merging.finish()
}

struct Merging<'a> {
    document: Value,
    conflicts: Vec<Conflict>,
    sources: &'a [Document],
    union: bool,
}

impl Merging<'_> {
    /// The object at a pointer, which is added if it does not exist.
    fn object(&mut self, parent: &str, key: &str) -> Option<&mut Map<String, Value>> {
        let parent = self.document.pointer_mut(parent)?.as_object_mut()?;
        parent
            .entry(key)
            .or_insert_with(|| json!({}))
            .as_object_mut()
    }

    fn conflict(
        &mut self,
        pointer: String,
        other: &Document,
        value: Value,
        line: usize,
        message: String,
    ) {
        let found = self
            .document
            .pointer(&pointer)
            .cloned()
            .unwrap_or(Value::Null);
        // The file that has brought the value.
        let source = self
            .sources
            .iter()
            .find(|it| it.json.pointer(&pointer).is_some());
        self.conflicts.push(Conflict {
            first: (source.map_or_else(String::new, |it| it.file.clone()), found),
            other: (other.file.clone(), value),
            pointer,
            line,
            message,
        });
    }

    fn meta(&mut self, other: &Document) {
        let highest = self.sources.iter().map(|it| it.meta.version).max();
        if let (Some(meta), Some(version)) = (self.object("", "schemaMeta"), highest) {
            meta.insert("schemaVersion".to_owned(), version.to_string().into());
        }
        for key in [
            "clientName",
            "clientId",
            "definitionVersion",
            "personalization",
            "requireWhySince",
        ] {
            let pointer = format!("/schemaMeta/{key}");
            let (before, after) = (
                self.document.pointer(&pointer).cloned(),
                other.json.pointer(&pointer).cloned(),
            );
            match (before, after) {
                (None, Some(value)) => {
                    if let Some(meta) = self.object("", "schemaMeta") {
                        meta.insert(key.to_owned(), value);
                    }
                }
                (Some(before), Some(after)) if before != after => {
                    let message = format!(
                        "`{key}` differs: the documents belong to different product families"
                    );
                    let line = other.meta_place.position.line;
                    self.conflict(pointer, other, after, line, message);
                }
                _ => {}
            }
        }
    }

    fn types(&mut self, other: &Document) {
        for ty in &other.types {
            let pointer = join("/definitions/types", &ty.name);
            let Some(value) = other.json.pointer(&pointer).cloned() else {
                continue;
            };
            // The first document with the type: it decides.
            let known = self.sources.iter().find_map(|it| it.shared_type(&ty.name));
            let is_new = self.document.pointer(&pointer).is_none();
            match known {
                _ if is_new => {
                    if let Some(types) = self.object("/definitions", "types") {
                        types.insert(ty.name.clone(), value);
                    }
                }
                Some(known) => match (&*known.shape, &*ty.shape) {
                    (before, after) if before == after => {}
                    (Shape::Enum(before), Shape::Enum(after))
                        if self.union || same_set(before, after) =>
                    {
                        self.extend(&pointer, after);
                    }
                    _ => {
                        let message = format!(
                            "the shared type `{}` accepts other values; rename it in one of the documents, or \
                             write --union to accept the values of both enums",
                            ty.name
                        );
                        self.conflict(pointer, other, value, ty.place.position.line, message);
                    }
                },
                None => {}
            }
        }
    }

    /// Adds the values of an enum that it does not have.
    fn extend(&mut self, pointer: &str, values: &[String]) {
        let list = self
            .document
            .pointer_mut(&format!("{pointer}/enum"))
            .and_then(Value::as_array_mut);
        if let Some(list) = list {
            for value in values {
                if !list.iter().any(|known| known == value) {
                    list.push(value.as_str().into());
                }
            }
        }
    }

    fn events(&mut self, other: &Document) {
        for event in &other.events {
            let pointer = join("/definitions/events", &event.name);
            let Some(value) = other.json.pointer(&pointer).cloned() else {
                continue;
            };
            if self.document.pointer(&pointer).is_none() {
                if let Some(events) = self.object("/definitions", "events") {
                    events.insert(event.name.clone(), value);
                }
                continue;
            }
            let known = self.sources.iter().find_map(|it| it.event(&event.name));
            let same = known.is_some_and(|known| {
                let shapes = known.payload == event.payload;
                let category = known.gdpr.category == event.gdpr.category;
                (shapes || same_schema(&pointer, self.sources, other)) && category
            });
            if !same {
                let message = format!(
                    "the event `{}` has another schema; keep one of them, or rename one",
                    event.name
                );
                self.conflict(pointer, other, value, event.place.position.line, message);
            }
        }
    }

    fn finish(mut self) -> Result<Merged, InputError> {
        let names = self
            .document
            .pointer("/definitions/events")
            .and_then(Value::as_object);
        let branches = names.map(|names| {
            let names = names.keys();
            let branches =
                names.map(|name| json!({"$ref": format!("#/definitions/events/{name}")}));
            branches.collect::<Value>()
        });
        if let (Some(root), Some(branches)) = (self.document.as_object_mut(), branches) {
            root.shift_remove("$ref");
            root.insert("oneOf".to_owned(), branches);
        }
        let read = document::read("the merged document", to_text(&self.document).as_bytes())?;
        for (one, other) in overlapping(&read) {
            let known = self.sources.iter().any(|source| {
                let pairs = overlapping(source);
                pairs
                    .iter()
                    .any(|(a, b)| (&a.name, &b.name) == (&one.name, &other.name))
            });
            let source = self
                .sources
                .iter()
                .find(|source| source.event(&other.name).is_some());
            if let (false, Some(source)) = (known, source) {
                let message = format!(
                    "a payload matches the events `{}` and `{}`; add a required field to one of them",
                    one.name, other.name
                );
                let pointer = join("/definitions/events", &other.name);
                let line = source
                    .event(&other.name)
                    .map_or(1, |event| event.place.position.line);
                self.conflict(pointer, source, other.name.as_str().into(), line, message);
            }
        }
        Ok(Merged {
            document: self.document,
            conflicts: self.conflicts,
        })
    }
}

fn same_set(one: &[String], other: &[String]) -> bool {
    one.len() == other.len() && one.iter().all(|value| other.contains(value))
}

/// Whether an event is written in the same way in the first document that has it, without descriptions.
fn same_schema(pointer: &str, sources: &[Document], other: &Document) -> bool {
    let first = sources.iter().find_map(|it| it.json.pointer(pointer));
    let plain = |value: Option<&Value>| value.map(without_descriptions);
    plain(first) == plain(other.json.pointer(pointer))
}

fn without_descriptions(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            // A field may have the name `description`; its value is an object.
            let kept = members
                .iter()
                .filter(|(key, value)| *key != "description" || value.is_object());
            Value::Object(
                kept.map(|(key, value)| (key.clone(), without_descriptions(value)))
                    .collect(),
            )
        }
        Value::Array(items) => items.iter().map(without_descriptions).collect(),
        other => other.clone(),
    }
}
