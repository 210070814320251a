//! The history: the version that added an entry, removed entries, and the changes of each version.

use std::collections::HashSet;

use serde_json::Value;

use super::{ChangeEntry, Piece, Removed, VersionEntry, plain, types};
use crate::{
    diff::{Change, Options, Side, compare},
    document::{Document, Field, Object, Shape, Type},
    history::Released,
    rules::{Bump, SHARED_TYPE_CHANGED, VERSION_ONLY},
    version::Version,
};

/// Longest value of a change, in characters.
const LONGEST: usize = 120;

/// The documents from the earliest to the current one.
pub(super) struct Past<'a> {
    documents: Vec<Side<'a>>,
}

/// Last version with an entry, and the first version without it.
struct Lost {
    last: Version,
    removed: Version,
}

impl<'a> Past<'a> {
    pub(super) fn new(current: &'a Released, history: &'a [Released]) -> Self {
        let version = current.document.meta.version;
        let earlier = history.iter().map(Released::side);
        let mut documents: Vec<_> = earlier
            .filter(|side| side.document.meta.version < version)
            .collect();
        documents.push(current.side());
        Self { documents }
    }

    pub(super) fn has_history(&self) -> bool {
        self.documents.len() > 1
    }

    /// `added in 1.9`; nothing for an entry of the earliest document or without a history.
    pub(super) fn added(&self, has: impl Fn(&Document) -> bool) -> Option<String> {
        let documents = self.documents.iter().map(|side| side.document);
        let with = documents.clone().rev().take_while(|document| has(document));
        let first = with.last()?;
        let earliest = documents.clone().next()?;
        (first.meta.version != earliest.meta.version)
            .then(|| format!("added in {}", first.meta.version))
    }

    fn lost(&self, has: impl Fn(&Document) -> bool) -> Option<Lost> {
        let at = self.documents.iter().rposition(|side| has(side.document))?;
        let version = |at: usize| Some(self.documents.get(at)?.document.meta.version);
        Some(Lost {
            last: version(at)?,
            removed: version(at + 1)?,
        })
    }

    /// Entries of earlier documents that the current one does not have, in the order of their removal.
    fn removed(
        &self,
        names: impl Fn(&'a Document) -> Vec<(String, &'a str)>,
        has: impl Fn(&Document, &str) -> bool,
    ) -> Vec<Removed> {
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        for side in self.documents.iter().rev() {
            for (name, description) in names(side.document) {
                let is_new = seen.insert(name.clone());
                let lost = is_new.then(|| self.lost(|document| has(document, &name)));
                if let Some(Lost { last, removed }) = lost.flatten() {
                    found.push(Removed {
                        name,
                        description: description.to_owned(),
                        last,
                        removed,
                    });
                }
            }
        }
        found
    }

    pub(super) fn removed_events(&self) -> Vec<Removed> {
        self.removed(
            |document| {
                let events = document.events.iter();
                events
                    .map(|event| (event.name.clone(), event.description.as_str()))
                    .collect()
            },
            |document, name| document.event(name).is_some(),
        )
    }

    pub(super) fn removed_fields(&self, event: &str) -> Vec<Removed> {
        self.removed(
            |document| {
                let mut fields = Vec::new();
                if let Some(event) = document.event(event) {
                    each_field(&event.payload, &mut Vec::new(), &mut |path, field| {
                        fields.push((path.join("[]."), field.description.as_str()));
                    });
                }
                fields
            },
            |document, name| {
                let path: Vec<_> = name.split("[].").collect();
                field_at(document, event, &path).is_some()
            },
        )
    }

    pub(super) fn removed_values(&self, name: &str) -> Vec<Removed> {
        self.removed(
            |document| {
                let values = enum_values(document, name).unwrap_or_default().iter();
                values.map(|value| (value.clone(), "")).collect()
            },
            |document, value| has_value(document, name, value),
        )
    }

    /// The changes of each version, the latest first.
    pub(super) fn versions(&self) -> Vec<VersionEntry> {
        if !self.has_history() {
            return Vec::new();
        }
        let pairs = self.documents.iter().zip(self.documents.iter().skip(1));
        let mut versions: Vec<_> = pairs.map(|(old, new)| version(*old, *new)).collect();
        if let Some(first) = self.documents.first() {
            versions.insert(
                0,
                VersionEntry {
                    version: first.document.meta.version,
                    before: None,
                    changes: Vec::new(),
                    others: 0,
                },
            );
        }
        versions.reverse();
        versions
    }
}

fn version(old: Side<'_>, new: Side<'_>) -> VersionEntry {
    let comparison = compare(old, new, &Options::default());
    // Each change of a shared type is also a change of its own, such as a new value.
    let all = comparison.changes.iter();
    let (changes, others): (Vec<&Change>, Vec<_>) = all
        .filter(|change| *change.rule != SHARED_TYPE_CHANGED && *change.rule != VERSION_ONLY)
        .partition(|change| change.bump > Bump::None);
    VersionEntry {
        version: new.document.meta.version,
        before: Some(old.document.meta.version),
        changes: changes.into_iter().map(change).collect(),
        others: others.len(),
    }
}

fn change(change: &Change) -> ChangeEntry {
    ChangeEntry {
        title: change.rule.title,
        place: place(&change.pointer),
        before: change.before.as_ref().map(value),
        after: change.after.as_ref().map(value),
    }
}

/// A schema is shown by its description, another value as JSON.
fn value(value: &Value) -> Piece {
    let description = value.get("description").and_then(Value::as_str);
    match description.filter(|text| !text.is_empty()) {
        Some(text) => Piece::Words(shortened(text)),
        None => Piece::Code(shortened(&value.to_string())),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} ...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The event and the field of a JSON pointer in a document or a lock.
fn place(pointer: &str) -> Vec<Piece> {
    let steps: Vec<String> = pointer
        .split('/')
        .skip(1)
        .map(|step| step.replace("~1", "/").replace("~0", "~"))
        .collect();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    let (names, rest) = match *steps {
        ["definitions", "types", name, ..] => {
            return vec![Piece::Code(name.to_owned())];
        }
        ["definitions", "events", event, ref rest @ ..] | ["events", event, ref rest @ ..] => {
            (event, rest)
        }
        _ => return vec![Piece::Code(pointer.to_owned())],
    };
    let mut path: Vec<&str> = Vec::new();
    let mut rest = rest;
    while let Some(behind) = match *rest {
        ["properties" | "fields", name, ref behind @ ..]
        | ["items", "properties", name, ref behind @ ..] => {
            path.push(name);
            Some(behind)
        }
        _ => None,
    } {
        rest = behind;
    }
    let mut pieces = vec![Piece::Code(names.to_owned())];
    if !path.is_empty() {
        pieces.push(plain(", "));
        pieces.push(Piece::Code(path.join("[].")));
    }
    pieces
}

/// Calls `found` with each field and its path, parents first.
pub(super) fn each_field<'a>(
    object: &'a Object,
    path: &mut Vec<String>,
    found: &mut dyn FnMut(&[String], &'a Field),
) {
    for field in &object.fields {
        path.push(field.name.clone());
        found(path, field);
        if let Some(items) = object_in(&field.ty) {
            each_field(items, path, found);
        }
        path.pop();
    }
}

/// The object of a type or of a list's items.
fn object_in(ty: &Type) -> Option<&Object> {
    match &*ty.shape {
        Shape::Object(object) => Some(object),
        Shape::List { items, .. } => object_in(items),
        _ => None,
    }
}

/// The field of an event at a path.
pub(super) fn field_at<'a>(
    document: &'a Document,
    event: &str,
    path: &[impl AsRef<str>],
) -> Option<&'a Field> {
    let (first, rest) = path.split_first()?;
    let mut field = document.event(event)?.payload.field(first.as_ref())?;
    for name in rest {
        field = object_in(&field.ty)?.field(name.as_ref())?;
    }
    Some(field)
}

fn enum_values<'a>(document: &'a Document, name: &str) -> Option<&'a [String]> {
    match &*document.shared_type(name)?.shape {
        Shape::Enum(values) => Some(values),
        _ => None,
    }
}

/// Whether a shared enum has a value.
pub(super) fn has_value(document: &Document, name: &str, value: &str) -> bool {
    enum_values(document, name).is_some_and(|values| values.iter().any(|it| it == value))
}

/// Whether the enum of a field has a value.
pub(super) fn field_has_value(
    document: &Document,
    event: &str,
    path: &[String],
    value: &str,
) -> bool {
    field_at(document, event, path)
        .and_then(|field| types::values(&field.ty))
        .is_some_and(|values| values.iter().any(|it| it == value))
}
