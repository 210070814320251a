//! The comparison of two objects: payloads of events, and items of lists.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::{
    document::{Field, Object, Place},
    json::join,
    rules::{
        ADDITIONAL_PROPS_CLOSED, ADDITIONAL_PROPS_OPENED, DESC_CHANGED, FIELD_ADDED,
        FIELD_ADDED_OPTIONAL, FIELD_REMOVED, FIELD_RENAMED, NOTES_CHANGED, ORDER_CHANGED,
        REQUIRED_ADDED, REQUIRED_DROPPED, Verdict,
    },
};

use super::{
    Found, Source,
    shapes::{At, compare_types},
    witness::{Edit, Producer, Step, Witness},
};

/// With more removed fields, only the one at the same place can be the old name of a new field.
const MOST_CANDIDATES: usize = 200;

/// A name that no field of an event has.
const UNDECLARED: &str = "telemetryToolWitness";

pub(super) fn compare(found: &mut Found<'_>, at: &At<'_>, old: &Object, new: &Object) {
    closed(found, at, old, new);
    let old_names: HashMap<&str, &Field> = old
        .fields
        .iter()
        .map(|field| (field.name.as_str(), field))
        .collect();
    let new_names: HashSet<&str> = new.fields.iter().map(|field| field.name.as_str()).collect();
    let mut removed: Vec<(usize, &Field)> = old
        .fields
        .iter()
        .enumerate()
        .filter(|(_, field)| !new_names.contains(field.name.as_str()))
        .collect();
    for (index, field) in new.fields.iter().enumerate() {
        if let Some(before) = old_names.get(field.name.as_str()) {
            same_name(found, at, before, field);
            continue;
        }
        // An open object accepts both names, so they are two changes.
        let is_closed = old.closed && new.closed;
        let is_same = |(old_index, candidate): &(usize, &Field)| {
            is_closed
                && candidate.required == field.required
                && (*old_index == index
                    || (!field.description.is_empty()
                        && candidate.description == field.description))
                && candidate.ty.shape == field.ty.shape
        };
        let renamed = if removed.len() > MOST_CANDIDATES {
            let position = removed.binary_search_by_key(&index, |(old_index, _)| *old_index);
            position
                .ok()
                .filter(|at| removed.get(*at).is_some_and(is_same))
        } else {
            removed.iter().position(is_same)
        };
        match renamed {
            Some(position) => {
                let (_, before) = removed.remove(position);
                gone(found, at, new, before, Some(field));
            }
            None => added(found, at, old, field),
        }
    }
    for (_, field) in removed {
        gone(found, at, new, field, None);
    }
    order(found, at, old, new);
}

fn closed(found: &mut Found<'_>, at: &At<'_>, old: &Object, new: &Object) {
    if old.closed == new.closed {
        return;
    }
    let keyed = |place: &Place| Place {
        pointer: join(&place.pointer, "additionalProperties"),
        position: place.position,
    };
    let inside = at.inside(&[], Step::Field(UNDECLARED.to_owned()));
    let (rule, producer) = if new.closed {
        (&ADDITIONAL_PROPS_CLOSED, Producer::Old)
    } else {
        (&ADDITIONAL_PROPS_OPENED, Producer::New)
    };
    let witness = inside.witness(producer, Some(Value::Bool(true)));
    let change = found
        .change(rule, Source::NewDocument, &keyed(&at.new))
        .values(Some((!old.closed).into()), Some((!new.closed).into()))
        .in_event(at.event);
    found.changes.push(match producer {
        Producer::Old => change.old_witness(witness),
        Producer::New => change.new_witness(witness),
    });
}

fn schema(document: &Value, pointer: &str) -> Option<Value> {
    document.pointer(pointer).cloned()
}

fn added(found: &mut Found<'_>, at: &At<'_>, old: &Object, field: &Field) {
    let rule = if field.required {
        &FIELD_ADDED
    } else {
        &FIELD_ADDED_OPTIONAL
    };
    let inside = at.inside(&[], Step::Field(field.name.clone()));
    let mut change = found
        .change(rule, Source::NewDocument, &field.place)
        .values(None, schema(&found.new.json, &field.place.pointer))
        .in_event(at.event);
    if field.required {
        let edit = Edit::Example(at.path.clone());
        change.old_witness = Some(Witness::new(Producer::Old, at.event, edit));
    }
    if old.closed {
        change.new_witness = inside.example(Producer::New);
    } else {
        change.new_to_old = Verdict::Ok;
        // Old producers may send any value under the name.
        change.old_to_new = Verdict::Breaks;
        change.old_witness = inside.witness(Producer::Old, Some(Value::Null));
    }
    found.changes.push(change);
}

/// A field that the new object does not have, or has under another name.
fn gone(found: &mut Found<'_>, at: &At<'_>, new: &Object, field: &Field, renamed: Option<&Field>) {
    let mut change = match renamed {
        None => found
            .change(&FIELD_REMOVED, Source::OldDocument, &field.place)
            .values(schema(&found.old.json, &field.place.pointer), None),
        Some(renamed) => found
            .change(&FIELD_RENAMED, Source::NewDocument, &renamed.place)
            .values(
                Some(field.name.as_str().into()),
                Some(renamed.name.as_str().into()),
            ),
    }
    .in_event(at.event);
    let example = |name: &str, producer| {
        let inside = at.inside(&[], Step::Field(name.to_owned()));
        inside.example(producer)
    };
    if let Some(renamed) = renamed {
        change.old_witness = example(&field.name, Producer::Old);
        change.new_witness = example(&renamed.name, Producer::New);
        found.changes.push(change);
        return;
    }
    if new.closed {
        change.old_witness = example(&field.name, Producer::Old);
    } else {
        change.old_to_new = Verdict::Ok;
    }
    let undeclared = at.inside(&[], Step::Field(field.name.clone()));
    if field.required {
        let edit = Edit::Example(at.path.clone());
        change.new_witness = Some(Witness::new(Producer::New, at.event, edit));
    } else if !new.closed {
        // New producers may send any value under the name.
        change.new_witness = undeclared.witness(Producer::New, Some(Value::Null));
    } else {
        change.new_to_old = Verdict::Ok;
    }
    found.changes.push(change);
}

fn same_name(found: &mut Found<'_>, at: &At<'_>, old: &Field, new: &Field) {
    let mut inside = at.inside(&[], Step::Field(new.name.clone()));
    inside.old = old.place.clone();
    inside.new = new.place.clone();
    if old.required != new.required {
        let (rule, producer) = if new.required {
            (&REQUIRED_ADDED, Producer::Old)
        } else {
            (&REQUIRED_DROPPED, Producer::New)
        };
        let edit = Edit::Remove(inside.path.clone());
        let witness = Some(Witness::new(producer, at.event, edit));
        let change = found
            .change(rule, Source::NewDocument, &new.place)
            .values(Some(old.required.into()), Some(new.required.into()))
            .in_event(at.event);
        found.changes.push(match producer {
            Producer::Old => change.old_witness(witness),
            Producer::New => change.new_witness(witness),
        });
    }
    compare_types(found, &inside, &old.ty, &new.ty);
    description(
        found,
        at.event,
        &new.place,
        &old.description,
        &new.description,
    );
    if old.comment != new.comment {
        let place = Place {
            pointer: join(&new.place.pointer, "$comment"),
            position: new.place.position,
        };
        let text = |comment: &Option<String>| comment.as_deref().map(Value::from);
        let change = found
            .change(&NOTES_CHANGED, Source::NewDocument, &place)
            .values(text(&old.comment), text(&new.comment))
            .in_event(at.event);
        found.changes.push(change);
    }
}

/// Reports another description. `place` is the place of what is described; an empty event is the document.
pub(super) fn description(
    found: &mut Found<'_>,
    event: &str,
    place: &Place,
    before: &str,
    after: &str,
) {
    if before == after {
        return;
    }
    let place = Place {
        pointer: join(&place.pointer, "description"),
        position: place.position,
    };
    let mut change = found
        .change(&DESC_CHANGED, Source::NewDocument, &place)
        .values(Some(before.into()), Some(after.into()));
    if !event.is_empty() {
        change = change.in_event(event);
    }
    if lists_values(before) || lists_values(after) {
        change = change
            .note("the description lists values: declare an enum, or check that no value changed");
    }
    found.changes.push(change);
}

/// Whether a description is a hidden enum.
fn lists_values(text: &str) -> bool {
    let lower = text.to_lowercase();
    let phrases = ["possible values", "one of", "allowed values", "accepts"];
    let quoted = text.matches('`').count() / 2;
    phrases.iter().any(|phrase| lower.contains(phrase)) || quoted >= 3
}

fn order(found: &mut Found<'_>, at: &At<'_>, old: &Object, new: &Object) {
    let kept = |object: &Object, other: &Object| -> Vec<String> {
        let names: HashSet<&str> = other.fields.iter().map(|it| it.name.as_str()).collect();
        let fields = object
            .fields
            .iter()
            .filter(|it| names.contains(it.name.as_str()));
        fields.map(|field| field.name.clone()).collect()
    };
    let (before, after) = (kept(old, new), kept(new, old));
    report_order(found, at.event, &at.new, "properties", before, after);
    let required = |document: &Value, place: &Place, other: &Object| -> Vec<String> {
        let list = document.pointer(&join(&place.pointer, "required"));
        let names = list.and_then(Value::as_array).into_iter().flatten();
        let fields = other.fields.iter().filter(|field| field.required);
        let kept: HashSet<&str> = fields.map(|field| field.name.as_str()).collect();
        let names = names.filter_map(Value::as_str);
        names
            .filter(|name| kept.contains(name))
            .map(str::to_owned)
            .collect()
    };
    let before = required(&found.old.json, &at.old, new);
    let after = required(&found.new.json, &at.new, old);
    report_order(found, at.event, &at.new, "required", before, after);
}

pub(super) fn report_order(
    found: &mut Found<'_>,
    event: &str,
    place: &Place,
    key: &str,
    before: Vec<String>,
    after: Vec<String>,
) {
    if before == after {
        return;
    }
    let place = Place {
        pointer: join(&place.pointer, key),
        position: place.position,
    };
    let mut change = found
        .change(&ORDER_CHANGED, Source::NewDocument, &place)
        .values(Some(before.into()), Some(after.into()));
    if !event.is_empty() {
        change = change.in_event(event);
    }
    found.changes.push(change);
}
