//! The facts of a lock. Only this file knows the layout of its model.

use serde_json::Value;

use super::{Fact, Piece, codes, fact, plain, types};
use crate::{
    lock::{Lock, LockedEvent, LockedField, PrivacyClass},
    version::Version,
};

fn note<'a>(notes: &'a [(&'static str, Option<String>)], name: &str) -> Option<&'a str> {
    let (_, text) = notes.iter().find(|(key, _)| *key == name)?;
    text.as_deref()
}

fn words(name: &'static str, text: Option<&str>) -> Option<Fact> {
    Some(fact(name, vec![Piece::Words(text?.to_owned())]))
}

/// The digest of the disclosure.
pub(super) fn of_lock(lock: &Lock) -> Option<Fact> {
    let digest = lock.disclosure.clone()?;
    Some(fact("Disclosure", vec![Piece::Code(digest)]))
}

/// Version, limit, owner, dates and code of an event.
pub(super) fn of_event(event: &LockedEvent) -> Vec<Fact> {
    let code = event.code.as_ref().map(|code| {
        let path = Piece::Code(code.path.clone());
        fact(
            "Declared",
            vec![path, plain(" in "), Piece::Code(code.file.clone())],
        )
    });
    let version = fact("Schema version", vec![plain(event.schema.to_string())]);
    [
        Some(version),
        words("Limit", event.limit.as_deref()),
        words("Owner", note(&event.notes, "owner")),
        words("Review", note(&event.notes, "review")),
        words("Expires", note(&event.notes, "expires")),
        code,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Sentinel, default, unit, ranges and labels of a field.
pub(super) fn of_field(field: &LockedField) -> Vec<Fact> {
    let json = |value: &Value| vec![Piece::Code(value.to_string())];
    let mut facts = Vec::new();
    let mut push = |name, value: Option<Vec<Piece>>| {
        facts.extend(value.map(|value| fact(name, value)));
    };
    let unit = field.unit.as_ref();
    push("Unit", unit.map(|unit| vec![Piece::Code(unit.clone())]));
    push("Sent range", field.range.as_ref().map(types::locked_range));
    push("Sentinel", field.sentinel.as_ref().map(json));
    let default = field.default.as_ref();
    // The sentinel is the usual default.
    let default = default.filter(|it| field.sentinel.as_ref() != Some(it));
    push("Default", default.map(json));
    push("Bucket edges", field.bucket_edges.as_ref().map(edges));
    let labels = field.labels.as_ref();
    push(
        "Labels",
        labels.map(|labels| codes(labels.iter().map(String::as_str))),
    );
    let longest = field.max_items;
    push(
        "Longest list sent",
        longest.map(|max| vec![plain(format!("{max} items"))]),
    );
    facts
}

fn edges(edges: &Value) -> Vec<Piece> {
    match edges.as_array() {
        Some(edges) => {
            let texts: Vec<_> = edges.iter().map(Value::to_string).collect();
            codes(texts.iter().map(String::as_str))
        }
        None => vec![Piece::Code(edges.to_string())],
    }
}

/// Class, reason and question of a field. `comment` is the question in the document.
pub(super) fn purpose(field: Option<&LockedField>, comment: Option<&str>) -> Vec<Fact> {
    let why = field
        .and_then(|field| note(&field.notes, "why"))
        .or(comment);
    let class = field.and_then(|field| field.privacy_class);
    let class = class.map(|class| fact("Privacy class", vec![plain(class.as_str())]));
    let reason = field.and_then(reason);
    [words("Why", why), class, words("Reason", reason)]
        .into_iter()
        .flatten()
        .collect()
}

/// The first version with a field.
pub(super) fn since(field: &LockedField) -> Option<Version> {
    field.since
}

/// The first version that sends only the sentinel of a field.
pub(super) fn retired(field: &LockedField) -> Option<Version> {
    field.retired
}

/// The only value that a retired field has.
pub(super) fn retired_value(field: &LockedField) -> Option<&Value> {
    field.retired?;
    field.default.as_ref().or(field.sentinel.as_ref())
}

/// The reason for the class of a field.
pub(super) fn reason(field: &LockedField) -> Option<&str> {
    note(&field.notes, "reason")
}

/// Whether the values of a field are not known at compile time.
pub(super) fn is_free_text(field: &LockedField) -> bool {
    field.privacy_class == Some(PrivacyClass::FreeText)
}

/// The value that a sample of a field has, if the lock has its constant or lists values.
pub(super) fn sample_text(field: &LockedField) -> Option<&str> {
    let labels = field.labels.as_ref().and_then(|labels| labels.first());
    let sent = || {
        let values = field.values.as_ref()?.iter();
        let mut sent = values.filter(|value| value.retired.is_none());
        sent.next().map(|value| &value.name)
    };
    let listed = || labels.or_else(sent).map(String::as_str);
    field.constant().or_else(listed)
}

/// The usual number, or an end of the range that producers keep if the number is outside of it.
pub(super) fn sample_number(field: Option<&LockedField>, usual: Value) -> Option<Value> {
    let bound = |key: &str| field?.range.as_ref()?.get(key).cloned();
    let (min, max) = (bound("min"), bound("max"));
    let is_below = |one: &Value, other: &Value| one.as_f64() < other.as_f64();
    if min.as_ref().is_some_and(|min| is_below(&usual, min)) {
        return min;
    }
    if max.as_ref().is_some_and(|max| is_below(max, &usual)) {
        return max;
    }
    Some(usual)
}

/// A value of an enum that a field can send.
pub(super) struct Sent<'a> {
    pub(super) value: &'a str,
    pub(super) since: Option<Version>,
    pub(super) retired: Option<Version>,
}

/// The values that a field can send; `None` if the lock does not list them.
pub(super) fn sent(field: &LockedField) -> Option<Vec<Sent<'_>>> {
    let values = field.values.as_ref()?.iter();
    Some(
        values
            .map(|value| Sent {
                value: &value.name,
                since: value.since,
                retired: value.retired,
            })
            .collect(),
    )
}
