//! The comparison of shared types, each once for all events that use it.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::{
    document::{Document, Object, Place, Shape, SharedType, Type},
    json::Position,
    rules::{Bump, SHARED_TYPE_CHANGED},
};

use super::{
    Change, Found, Source,
    objects::{description, report_order},
    shapes::{At, compare_shapes},
    witness::Step,
};

/// The events that use a shared type in both documents, with the way to it in the first one.
struct Reach<'a> {
    events: Vec<&'a str>,
    path: Vec<Step>,
}

type Reached<'a> = HashMap<&'a str, Reach<'a>>;

pub(super) fn compare(found: &mut Found<'_>) {
    let (old, new) = (found.old, found.new);
    let mut reached = Reached::new();
    let old_events: HashMap<&str, &Object> = old
        .events
        .iter()
        .map(|event| (event.name.as_str(), &event.payload))
        .collect();
    for event in &new.events {
        if let Some(before) = old_events.get(event.name.as_str()) {
            let mut path = Vec::new();
            walk_objects(&mut reached, &event.name, &mut path, before, &event.payload);
        }
    }
    let old_types: HashMap<&str, &SharedType> =
        old.types.iter().map(|ty| (ty.name.as_str(), ty)).collect();
    for after in &new.types {
        let (Some(before), Some(reach)) = (
            old_types.get(after.name.as_str()).copied(),
            reached.get(after.name.as_str()),
        ) else {
            continue;
        };
        let Some(first) = reach.events.first() else {
            continue;
        };
        let earlier = found.changes.len();
        if before.shape != after.shape {
            let at = At {
                event: first,
                path: reach.path.clone(),
                old: before.place.clone(),
                new: after.place.clone(),
            };
            compare_shapes(found, &at, &before.shape, &after.shape);
        }
        description(
            found,
            first,
            &after.place,
            &before.description,
            &after.description,
        );
        let mut parts = found.changes.split_off(earlier);
        let events: Arc<[String]> = reach.events.iter().map(|&event| event.to_owned()).collect();
        for part in &mut parts {
            part.events = Arc::clone(&events);
            part.shared_type = Some(after.name.clone());
        }
        if reach.events.len() > 1 && parts.iter().any(|part| part.bump > Bump::None) {
            let summary = found.change(&SHARED_TYPE_CHANGED, Source::NewDocument, &after.place);
            found.changes.push(summarized(summary, &parts));
        }
        found.changes.append(&mut parts);
    }
    let names = |document: &Document, other: &Document| -> Vec<String> {
        let known: HashSet<&str> = other.types.iter().map(|ty| ty.name.as_str()).collect();
        let kept = document
            .types
            .iter()
            .filter(|ty| known.contains(ty.name.as_str()));
        kept.map(|ty| ty.name.clone()).collect()
    };
    let place = Place {
        pointer: "/definitions".to_owned(),
        position: Position::START,
    };
    report_order(found, "", &place, "types", names(old, new), names(new, old));
}

/// The worst of the parts. The witnesses are those of the parts.
fn summarized(mut summary: Change, parts: &[Change]) -> Change {
    for part in parts {
        summary.old_to_new = summary.old_to_new.max(part.old_to_new);
        summary.new_to_old = summary.new_to_old.max(part.new_to_old);
        summary.readers = summary.readers.max(part.readers);
        summary.events = Arc::clone(&part.events);
        summary.shared_type.clone_from(&part.shared_type);
    }
    // A forbidden part is reported itself and can be approved.
    let allowed = parts.iter().filter(|part| !part.is_forbidden());
    summary.bump = allowed.map(|part| part.bump).max().unwrap_or(Bump::None);
    summary
}

fn walk_objects<'a>(
    reached: &mut Reached<'a>,
    event: &'a str,
    path: &mut Vec<Step>,
    old: &Object,
    new: &'a Object,
) {
    let before: HashMap<&str, &Type> = old
        .fields
        .iter()
        .map(|it| (it.name.as_str(), &it.ty))
        .collect();
    for field in &new.fields {
        if let Some(before) = before.get(field.name.as_str()) {
            path.push(Step::Field(field.name.clone()));
            walk(reached, event, path, before, &field.ty);
            path.pop();
        }
    }
}

fn walk<'a>(
    reached: &mut Reached<'a>,
    event: &'a str,
    path: &mut Vec<Step>,
    old: &Type,
    new: &'a Type,
) {
    if let Some(name) = &new.reference
        && old.reference == new.reference
    {
        let reach = reached.entry(name).or_insert_with(|| Reach {
            events: Vec::new(),
            path: path.clone(),
        });
        if reach.events.last() != Some(&event) {
            reach.events.push(event);
        }
    }
    match (&*old.shape, &*new.shape) {
        (Shape::List { items: before, .. }, Shape::List { items: after, .. }) => {
            path.push(Step::Item);
            walk(reached, event, path, before, after);
            path.pop();
        }
        (Shape::Object(before), Shape::Object(after)) => {
            walk_objects(reached, event, path, before, after);
        }
        _ => {}
    }
}
