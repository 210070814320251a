//! The comparison of events.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value;

use crate::{
    document::{Document, Event, Place, Shape},
    json::{Position, join},
    rules::{
        EVENT_ADDED, EVENT_REMOVED, EVENT_RENAMED, EVENTS_OVERLAP, GDPR_CATEGORY_LOWERED,
        GDPR_CATEGORY_RAISED, GDPR_TEXT_CHANGED, META_CHANGED, Rule,
    },
};

use super::{
    Found, Source,
    objects::{self, description, report_order},
    shapes::At,
    witness::{Edit, Producer, Witness},
};

/// The categories from the least to the most.
const CATEGORIES: [&str; 3] = ["functional", "technical", "behavioral"];

pub(super) fn compare(found: &mut Found<'_>) {
    let (old, new) = (found.old, found.new);
    let before: HashMap<&str, &Event> =
        old.events.iter().map(|it| (it.name.as_str(), it)).collect();
    let after: HashSet<&str> = new.events.iter().map(|it| it.name.as_str()).collect();
    let mut removed: Vec<&Event> = old
        .events
        .iter()
        .filter(|event| !after.contains(event.name.as_str()))
        .collect();
    for event in &new.events {
        if let Some(before) = before.get(event.name.as_str()) {
            same_name(found, before, event);
            continue;
        }
        let renamed = removed
            .iter()
            .position(|candidate| candidate.payload == event.payload);
        match renamed {
            Some(position) => renamed_event(found, removed.remove(position), event),
            None => {
                let change = found
                    .change(&EVENT_ADDED, Source::NewDocument, &event.place)
                    .values(None, Some(event.name.as_str().into()))
                    .new_witness(any(Producer::New, event))
                    .in_event(&event.name);
                found.changes.push(change);
            }
        }
    }
    for event in removed {
        let change = found
            .change(&EVENT_REMOVED, Source::OldDocument, &event.place)
            .values(Some(event.name.as_str().into()), None)
            .old_witness(any(Producer::Old, event))
            .in_event(&event.name);
        found.changes.push(change);
    }
    overlaps(found);
    order(found);
}

fn any(producer: Producer, event: &Event) -> Option<Witness> {
    Some(Witness::new(producer, &event.name, Edit::Any))
}

fn renamed_event(found: &mut Found<'_>, old: &Event, new: &Event) {
    let change = found
        .change(&EVENT_RENAMED, Source::NewDocument, &new.place)
        .values(
            Some(old.name.as_str().into()),
            Some(new.name.as_str().into()),
        )
        .old_witness(any(Producer::Old, old))
        .new_witness(any(Producer::New, new))
        .note("the payloads are equal; a server finds the schema by the name of the event")
        .in_event(&new.name);
    found.changes.push(change);
}

fn same_name(found: &mut Found<'_>, old: &Event, new: &Event) {
    description(
        found,
        &new.name,
        &new.place,
        &old.description,
        &new.description,
    );
    meta(found, old, new);
    let at = At {
        event: &new.name,
        path: Vec::new(),
        old: old.place.clone(),
        new: new.place.clone(),
    };
    objects::compare(found, &at, &old.payload, &new.payload);
}

fn meta(found: &mut Found<'_>, old: &Event, new: &Event) {
    let rank = |category: &str| CATEGORIES.iter().position(|known| *known == category);
    let (before, after) = (&old.gdpr, &new.gdpr);
    // An unknown category can be more than the old one.
    let category = match (rank(&before.category), rank(&after.category)) {
        (Some(before), Some(after)) if after < before => &GDPR_CATEGORY_LOWERED,
        _ => &GDPR_CATEGORY_RAISED,
    };
    let rows: [(&str, &'static Rule, &str, &str); 4] = [
        ("gdpr/category", category, &before.category, &after.category),
        (
            "gdpr/description",
            &GDPR_TEXT_CHANGED,
            &before.description,
            &after.description,
        ),
        (
            "gdpr/personalization",
            &GDPR_TEXT_CHANGED,
            &before.personalization,
            &after.personalization,
        ),
        ("service", &META_CHANGED, &old.service, &new.service),
    ];
    for (key, rule, before, after) in rows {
        if before == after {
            continue;
        }
        let place = Place {
            pointer: format!("{}/eventMeta/{key}", new.place.pointer),
            position: new.place.position,
        };
        let change = found
            .change(rule, Source::NewDocument, &place)
            .values(Some(before.into()), Some(after.into()))
            .in_event(&new.name);
        found.changes.push(change);
    }
}

/// New pairs of events that one payload can match.
fn overlaps(found: &mut Found<'_>) {
    let earlier: BTreeSet<(&str, &str)> = overlapping(found.old)
        .into_iter()
        .map(|(one, other)| (one.name.as_str(), other.name.as_str()))
        .collect();
    for (one, other) in overlapping(found.new) {
        let names = (one.name.as_str(), other.name.as_str());
        if earlier.contains(&names) || earlier.contains(&(names.1, names.0)) {
            continue;
        }
        let mut change = found
            .change(&EVENTS_OVERLAP, Source::NewDocument, &other.place)
            .values(None, Some(vec![names.0, names.1].into()))
            .note(format!(
                "the events `{}` and `{}` have the same required fields",
                names.0, names.1
            ));
        change.events = [names.0.to_owned(), names.1.to_owned()].into();
        if one.payload.fields.iter().all(|field| {
            other
                .payload
                .field(&field.name)
                .is_some_and(|it| it.ty == field.ty)
        }) {
            change.new_witness = any(Producer::New, other);
        }
        found.changes.push(change);
    }
}

/// Pairs of events whose field names and types do not exclude each other.
pub(crate) fn overlapping(document: &Document) -> Vec<(&Event, &Event)> {
    let is_exact = |event: &Event| {
        event.payload.closed && event.payload.fields.iter().all(|field| field.required)
    };
    let mut by_names: HashMap<Vec<&str>, Vec<&Event>> = HashMap::new();
    let mut others: Vec<&Event> = Vec::new();
    let mut found = Vec::new();
    for event in &document.events {
        for other in &others {
            if can_share(other, event) {
                found.push((*other, event));
            }
        }
        if is_exact(event) {
            let mut names: Vec<&str> = event
                .payload
                .fields
                .iter()
                .map(|it| it.name.as_str())
                .collect();
            names.sort_unstable();
            let same = by_names.entry(names).or_default();
            found.extend(
                same.iter()
                    .filter(|other| can_share(other, event))
                    .map(|other| (*other, event)),
            );
            same.push(event);
        } else {
            let exact = by_names.values().flatten();
            found.extend(
                exact
                    .filter(|other| can_share(other, event))
                    .map(|other| (*other, event)),
            );
            others.push(event);
        }
    }
    found
}

fn can_share(one: &Event, other: &Event) -> bool {
    let fits = |one: &Event, other: &Event| {
        let names: HashSet<&str> = other
            .payload
            .fields
            .iter()
            .map(|it| it.name.as_str())
            .collect();
        let mut required = one.payload.fields.iter().filter(|field| field.required);
        !other.payload.closed || required.all(|field| names.contains(field.name.as_str()))
    };
    if !fits(one, other) || !fits(other, one) {
        return false;
    }
    let types: HashMap<&str, &Shape> = other
        .payload
        .fields
        .iter()
        .filter(|field| field.required)
        .map(|field| (field.name.as_str(), &*field.ty.shape))
        .collect();
    one.payload
        .fields
        .iter()
        .all(|field| match types.get(field.name.as_str()) {
            Some(shape) => can_share_value(&field.ty.shape, shape),
            None => true,
        })
}

fn can_share_value(one: &Shape, other: &Shape) -> bool {
    match (one, other) {
        (Shape::Enum(one), Shape::Enum(other)) => one.iter().any(|value| other.contains(value)),
        (Shape::Enum(_) | Shape::Text { .. }, Shape::Enum(_) | Shape::Text { .. })
        | (Shape::Integer(_) | Shape::Number(_), Shape::Integer(_) | Shape::Number(_)) => true,
        (one, other) => one.kind() == other.kind(),
    }
}

fn order(found: &mut Found<'_>) {
    let (old, new) = (found.old, found.new);
    let names = |document: &Document, other: &Document| -> Vec<String> {
        let known: HashSet<&str> = other.events.iter().map(|it| it.name.as_str()).collect();
        let kept = document
            .events
            .iter()
            .filter(|it| known.contains(it.name.as_str()));
        kept.map(|event| event.name.clone()).collect()
    };
    let place = Place {
        pointer: "/definitions".to_owned(),
        position: Position::START,
    };
    report_order(
        found,
        "",
        &place,
        "events",
        names(old, new),
        names(new, old),
    );
    let branches = |document: &Document, other: &Document| -> Vec<String> {
        let known: HashSet<String> = other
            .events
            .iter()
            .map(|it| join("#/definitions/events", &it.name))
            .collect();
        let list = document.json.get("oneOf").and_then(Value::as_array);
        let references = list
            .into_iter()
            .flatten()
            .filter_map(|it| it.get("$ref")?.as_str());
        references
            .filter(|it| known.contains(*it))
            .map(str::to_owned)
            .collect()
    };
    let root = Place {
        pointer: String::new(),
        position: Position::START,
    };
    let (before, after) = (branches(old, new), branches(new, old));
    if before.len() == after.len() {
        report_order(found, "", &root, "oneOf", before, after);
    }
}
