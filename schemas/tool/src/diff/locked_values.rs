//! A lock beside its document: versions of parts, and values of enums.

use std::collections::HashSet;

use serde_json::Value;

use crate::{
    document::{Document, Object, Shape, Type},
    json::join,
    lock::{Lock, LockedEvent, LockedField, LockedValue},
    rules::{
        Bump, ENUM_VALUE_REMOVED, RETIRED_VALUE_REMOVED, SENT_VALUE_ADDED, SHARED_TYPE_CHANGED,
        SINCE_INVALID, UNKNOWN_VALUE_SENT,
    },
};

use super::{
    Change, Found, Side,
    locks::{Reporter, version},
    wire_path,
    witness::{Edit, Producer, Step, Witness},
};

/// Facts of one lock: versions of parts, and values that the document does not have.
pub(super) fn check_event(found: &mut Found<'_>, event: &LockedEvent) {
    let document = found.new;
    for field in &event.fields {
        let at = Reporter {
            event: &event.name,
            place: &field.place,
            code: field.code.as_ref().or(event.code.as_ref()),
        };
        if field.since.is_some_and(|since| since > event.schema) {
            at.report(found, &SINCE_INVALID, "since", None, version(field.since));
        }
        let accepted = field_type(document, &event.name, &field.path).map(enum_values);
        for value in field.values.iter().flatten() {
            let key = format!("values/{}", join("", &value.name).trim_start_matches('/'));
            if value.since.is_some_and(|since| since > event.schema) {
                at.report(found, &SINCE_INVALID, &key, None, version(value.since));
            }
            if let Some(Some(accepted)) = &accepted
                && value.retired.is_none()
                && !accepted.contains(&value.name)
            {
                let sent = Some(value.name.as_str().into());
                at.report(found, &UNKNOWN_VALUE_SENT, &key, None, sent);
                let set = Edit::Set(steps(document, event, field), value.name.as_str().into());
                if let Some(change) = found.changes.last_mut() {
                    change.new_witness = Some(Witness::new(Producer::New, &event.name, set));
                }
            }
        }
    }
}

/// The type of a field; of a list, the type of its items.
pub(super) fn field_type<'a>(
    document: &'a Document,
    event: &str,
    path: &[String],
) -> Option<&'a Type> {
    type_at(&document.event(event)?.payload, path)
}

/// The type of a field of an object; of a list, the type of its items.
pub(crate) fn type_at<'a>(mut object: &'a Object, path: &[String]) -> Option<&'a Type> {
    let mut found = None;
    for name in path {
        if let Some(previous) = found {
            let Shape::Object(inner) = &*item_type(previous).shape else {
                return None;
            };
            object = inner;
        }
        found = Some(&object.field(name)?.ty);
    }
    found.map(item_type)
}

fn item_type(ty: &Type) -> &Type {
    match &*ty.shape {
        Shape::List { items, .. } => items,
        _ => ty,
    }
}

fn steps(document: &Document, event: &LockedEvent, field: &LockedField) -> Vec<Step> {
    let mut steps = Vec::new();
    for (at, name) in field.path.iter().enumerate() {
        steps.push(Step::Field(name.clone()));
        let path: Vec<String> = field.path.iter().take(at + 1).cloned().collect();
        let mut object = document.event(&event.name).map(|event| &event.payload);
        let mut is_list = false;
        for name in &path {
            let ty = object
                .and_then(|object| object.field(name))
                .map(|field| &field.ty);
            is_list = ty.is_some_and(|ty| matches!(&*ty.shape, Shape::List { .. }));
            object = ty.and_then(|ty| match &*item_type(ty).shape {
                Shape::Object(inner) => Some(inner),
                _ => None,
            });
        }
        if is_list {
            steps.push(Step::Item);
        }
    }
    steps
}

fn enum_values(ty: &Type) -> Option<&Vec<String>> {
    match &*ty.shape {
        Shape::Enum(values) => Some(values),
        _ => None,
    }
}

/// Values that an event sends now and did not send before, although the old document has them. A value that
/// is new in the document is a change of the document.
pub(super) fn newly_sent(
    found: &mut Found<'_>,
    at: &Reporter<'_>,
    old: &LockedField,
    new: &LockedField,
) {
    let (Some(before), Some(after)) = (&old.values, &new.values) else {
        return;
    };
    let document = found.old;
    let Some(accepted) = field_type(document, at.event, &old.path).and_then(enum_values) else {
        return;
    };
    let accepted: HashSet<&String> = accepted.iter().collect();
    let known: HashSet<&String> = sent(before).collect();
    for name in sent(after).filter(|name| accepted.contains(name) && !known.contains(name)) {
        let key = format!("values{}", join("", name));
        let value = Some(name.as_str().into());
        at.report(found, &SENT_VALUE_ADDED, &key, None, value);
    }
}

fn sent(values: &[LockedValue]) -> impl Iterator<Item = &String> {
    let sent = values.iter().filter(|it| it.retired.is_none());
    sent.map(|it| &it.name)
}

/// Whether a released lock has retired the value that a change removes, for every field that uses it. `None`
/// if it does not have the value.
fn is_retired(change: &Change, document: &Document, lock: &Lock) -> Option<bool> {
    let Some(Value::String(value)) = &change.before else {
        return None;
    };
    let users = lock
        .events
        .iter()
        .filter(|event| change.events.contains(&event.name))
        .flat_map(|event| event.fields.iter().map(move |field| (event, field)));
    let users = users.filter(|(event, field)| {
        // The schema that has the value: a shared type, or the field itself.
        match (
            &change.shared_type,
            field_type(document, &event.name, &field.path),
        ) {
            (Some(shared), Some(ty)) => ty.reference.as_ref() == Some(shared),
            (None, _) => wire_path(&change.pointer) == field.path,
            _ => false,
        }
    });
    let locked = users.flat_map(|(_, field)| field.values.iter().flatten());
    let mut retired = locked
        .filter(|locked| locked.name == *value)
        .map(|locked| locked.retired.is_some_and(|since| since <= lock.version))
        .peekable();
    retired.peek()?;
    Some(retired.all(|is_retired| is_retired))
}

/// Removals of values that a released lock has retired need less. The latest lock with the value decides.
pub(super) fn retired_removals(found: &mut Found<'_>, old: &Lock, later: &[Side<'_>]) {
    let policy = found.policy;
    let document = found.old;
    for change in &mut found.changes {
        if change.rule != &ENUM_VALUE_REMOVED {
            continue;
        }
        let mut later = later.iter().rev();
        let in_later = later.find_map(|side| is_retired(change, side.document, side.lock?));
        let in_old = || is_retired(change, document, old);
        if in_later.or_else(in_old) == Some(true) {
            change.rule = &RETIRED_VALUE_REMOVED;
            change.bump = RETIRED_VALUE_REMOVED.bump(policy);
        }
    }
    // The summary of a shared type is as large as its parts.
    let parts: Vec<(Option<String>, Bump)> = found
        .changes
        .iter()
        .filter(|change| change.rule != &SHARED_TYPE_CHANGED && !change.is_forbidden())
        .map(|change| (change.shared_type.clone(), change.bump))
        .collect();
    for change in &mut found.changes {
        if change.rule == &SHARED_TYPE_CHANGED {
            let same = parts
                .iter()
                .filter(|(shared, _)| *shared == change.shared_type);
            change.bump = same.map(|(_, bump)| *bump).max().unwrap_or(Bump::None);
        }
    }
}
