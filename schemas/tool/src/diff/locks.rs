//! The comparison of two locks, and of the new lock with its document.

use std::collections::HashSet;

use serde_json::Value;

use crate::{
    document::Place,
    json::join,
    lock::{Lock, LockedEvent, LockedField},
    rules::{
        BUCKET_EDGES_CHANGED, CLIENT_RANGE_CHANGED, DISCLOSURE_CHANGED, ENUM_VALUE_RETIRED,
        FIELD_RETIRED, LABEL_ADDED, LABEL_REMOVED, LABEL_RENAMED, LIMIT_CHANGED, LOCK_FACT_REMOVED,
        NOTES_CHANGED, PRIVACY_CLASS_LOWERED, PRIVACY_CLASS_RAISED, Rule, SENTINEL_CHANGED,
        UNIT_CHANGED,
    },
    version::Version,
};

use super::{
    Change, Found, Side, Source,
    locked_values::{check_event, field_type, newly_sent, retired_removals},
};

/// `later` has the documents that were released between the two.
pub(super) fn compare(
    found: &mut Found<'_>,
    old: Option<&Lock>,
    later: &[Side<'_>],
    new: Option<&Lock>,
) {
    if let Some(lock) = new {
        for event in &lock.events {
            check_event(found, event);
        }
    }
    let (Some(old), Some(new)) = (old, new) else {
        if let Some(old) = old {
            let place = Place {
                pointer: String::new(),
                position: crate::json::Position::START,
            };
            let change = found.change(&LOCK_FACT_REMOVED, Source::OldLock, &place);
            found.changes.push(
                change
                    .note(format!(
                        "`{}` has a lock and `{}` does not",
                        found.old.file, found.new.file
                    ))
                    .values(Some(old.file.as_str().into()), None),
            );
        }
        return;
    };
    retired_removals(found, old, later);
    if old.disclosure != new.disclosure {
        let change = found
            .change(&DISCLOSURE_CHANGED, Source::NewLock, &new.disclosure_place)
            .values(
                text(old.disclosure.as_deref()),
                text(new.disclosure.as_deref()),
            );
        found.changes.push(change);
    }
    for event in &new.events {
        if let Some(before) = old.event(&event.name) {
            compare_events(found, before, event);
        }
    }
}

fn text(value: Option<&str>) -> Option<Value> {
    value.map(Value::from)
}

pub(super) fn version(value: Option<Version>) -> Option<Value> {
    value.map(|version| version.to_string().into())
}

/// The place of a fact in the new lock.
pub(super) struct Reporter<'a> {
    pub(super) event: &'a str,
    pub(super) place: &'a Place,
    pub(super) code: Option<&'a crate::lock::CodePlace>,
}

impl Reporter<'_> {
    pub(super) fn report(
        &self,
        found: &mut Found<'_>,
        rule: &'static Rule,
        key: &str,
        before: Option<Value>,
        after: Option<Value>,
    ) {
        let place = Place {
            pointer: format!("{}/{key}", self.place.pointer),
            position: self.place.position,
        };
        let mut change: Change = found
            .change(rule, Source::NewLock, &place)
            .values(before, after)
            .in_event(self.event);
        change.code = self.code.cloned();
        found.changes.push(change);
    }

    fn compare(
        &self,
        found: &mut Found<'_>,
        rule: &'static Rule,
        key: &str,
        before: Option<Value>,
        after: Option<Value>,
    ) {
        if before != after {
            self.report(found, rule, key, before, after);
        }
    }
}

fn compare_events(found: &mut Found<'_>, old: &LockedEvent, new: &LockedEvent) {
    let at = Reporter {
        event: &new.name,
        place: &new.place,
        code: new.code.as_ref(),
    };
    at.compare(
        found,
        &LIMIT_CHANGED,
        "limit",
        text(old.limit.as_deref()),
        text(new.limit.as_deref()),
    );
    if new.schema < old.schema {
        let (before, after) = (version(Some(old.schema)), version(Some(new.schema)));
        at.report(
            found,
            &crate::rules::VERSION_LOWERED,
            "schema",
            before,
            after,
        );
    }
    notes(found, &at, &old.notes, &new.notes);
    for field in &old.fields {
        let still_sent = field_type(found.new, &new.name, &field.path).is_some();
        if still_sent && new.field(&field.path).is_none() {
            let change = found
                .change(&LOCK_FACT_REMOVED, Source::OldLock, &field.place)
                .in_event(&new.name);
            found.changes.push(change);
        }
    }
    for field in &new.fields {
        if let Some(before) = old.field(&field.path) {
            let at = Reporter {
                event: &new.name,
                place: &field.place,
                code: field.code.as_ref().or(new.code.as_ref()),
            };
            compare_fields(found, &at, before, field);
        }
    }
}

type Note = (&'static str, Option<String>);

fn notes(found: &mut Found<'_>, at: &Reporter<'_>, old: &[Note], new: &[Note]) {
    for ((key, before), (_, after)) in old.iter().zip(new) {
        let (before, after) = (text(before.as_deref()), text(after.as_deref()));
        at.compare(found, &NOTES_CHANGED, key, before, after);
    }
}

/// Whether two values are equal for a reader: -1.0 is -1.
fn is_same(one: &Option<Value>, other: &Option<Value>) -> bool {
    let number = |value: &Option<Value>| value.as_ref().and_then(Value::as_f64);
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one.to_bits() == other.to_bits(),
        _ => one == other,
    }
}

fn compare_fields(found: &mut Found<'_>, at: &Reporter<'_>, old: &LockedField, new: &LockedField) {
    let value = Option::<Value>::clone;
    let changed = [
        ("sentinel", &old.sentinel, &new.sentinel),
        ("default", &old.default, &new.default),
    ]
    .map(|(key, before, after)| (key, before, after, !is_same(before, after)));
    let is_one = changed.iter().all(|(.., is_changed)| *is_changed)
        && old.sentinel == old.default
        && new.sentinel == new.default;
    // A required field has no sentinel before it is retired: that is the change that is reported below.
    let is_retired = old.retired.is_none() && new.retired.is_some();
    let has_first = is_retired && old.sentinel.is_none() && old.default.is_none();
    // A sentinel that is also the default is one change.
    for (key, before, after, is_changed) in changed.into_iter().take(if is_one { 1 } else { 2 }) {
        if is_changed && !has_first {
            at.compare(found, &SENTINEL_CHANGED, key, value(before), value(after));
        }
    }
    // A unit that is written down for the first time does not change the values.
    let rule = if old.unit.is_none() {
        &NOTES_CHANGED
    } else {
        &UNIT_CHANGED
    };
    let units = [old, new].map(|field| text(field.unit.as_deref()));
    let [before, after] = units;
    at.compare(found, rule, "unit", before, after);
    at.compare(
        found,
        &CLIENT_RANGE_CHANGED,
        "range",
        value(&old.range),
        value(&new.range),
    );
    let most = |field: &LockedField| field.max_items.map(Value::from);
    at.compare(
        found,
        &CLIENT_RANGE_CHANGED,
        "maxItems",
        most(old),
        most(new),
    );
    if old.bucket_edges == new.bucket_edges {
        labels(found, at, old, new);
    } else {
        // Other edges have other labels: one change.
        let (before, after) = (value(&old.bucket_edges), value(&new.bucket_edges));
        at.report(found, &BUCKET_EDGES_CHANGED, "bucketEdges", before, after);
    }
    classes(found, at, old, new);
    newly_sent(found, at, old, new);
    notes(found, at, &old.notes, &new.notes);
    if is_retired {
        at.report(found, &FIELD_RETIRED, "retired", None, version(new.retired));
    }
    for locked in new
        .values
        .iter()
        .flatten()
        .filter(|it| it.retired.is_some())
    {
        let before = old
            .values
            .iter()
            .flatten()
            .find(|it| it.name == locked.name);
        if before.is_some_and(|before| before.retired.is_none()) {
            let key = format!("values{}/retired", join("", &locked.name));
            at.report(found, &ENUM_VALUE_RETIRED, &key, None, Some(true.into()));
        }
    }
}

fn classes(found: &mut Found<'_>, at: &Reporter<'_>, old: &LockedField, new: &LockedField) {
    if old.values.is_some() && new.values.is_none() {
        at.report(found, &LOCK_FACT_REMOVED, "values", None, None);
    }
    let (before, after) = match (old.privacy_class, new.privacy_class) {
        (Some(before), Some(after)) => (before, after),
        (Some(before), None) => {
            let before = text(Some(before.as_str()));
            return at.report(found, &LOCK_FACT_REMOVED, "privacyClass", before, None);
        }
        (None, _) => return,
    };
    let rule = match after.cmp(&before) {
        std::cmp::Ordering::Greater => &PRIVACY_CLASS_RAISED,
        std::cmp::Ordering::Less => &PRIVACY_CLASS_LOWERED,
        std::cmp::Ordering::Equal => return,
    };
    let (before, after) = (text(Some(before.as_str())), text(Some(after.as_str())));
    at.report(found, rule, "privacyClass", before, after);
}

/// Labels at the same place of both lists are one renamed label.
fn labels(found: &mut Found<'_>, at: &Reporter<'_>, old: &LockedField, new: &LockedField) {
    let empty = Vec::new();
    let (before, after) = match (&old.labels, &new.labels) {
        (None, None) => return,
        (before, after) => (
            before.as_ref().unwrap_or(&empty),
            after.as_ref().unwrap_or(&empty),
        ),
    };
    let (kept, known): (HashSet<&String>, HashSet<&String>) =
        (after.iter().collect(), before.iter().collect());
    let mut renamed = HashSet::new();
    for (index, (was, is)) in before.iter().zip(after).enumerate() {
        if !kept.contains(was) && !known.contains(is) {
            renamed.extend([was, is]);
            let key = format!("labels/{index}");
            let (was, is) = (text(Some(was)), text(Some(is)));
            at.report(found, &LABEL_RENAMED, &key, was, is);
        }
    }
    for label in before
        .iter()
        .filter(|it| !kept.contains(it) && !renamed.contains(it))
    {
        at.report(found, &LABEL_REMOVED, "labels", text(Some(label)), None);
    }
    for label in after
        .iter()
        .filter(|it| !known.contains(it) && !renamed.contains(it))
    {
        at.report(found, &LABEL_ADDED, "labels", None, text(Some(label)));
    }
}
