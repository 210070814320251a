//! An independent check of the verdicts: the `jsonschema` crate.
//!
//! Each property is compared on its own, because `covers` cannot decide most whole objects. Witnesses are
//! validated, and compared with what `subtract` leaves over.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod support;

use std::collections::BTreeSet;

use jsonschema::{
    Draft, Validator,
    canonical::{CanonicalSchema, Containment},
};
use serde_json::{Map, Value, json};
use telemetry_tool::{
    diff::{Change, Comparison, Options, compare, witness::Producer},
    document::Document,
    rules::{Verdict, rules},
};

use crate::support::fixture;

/// Rule, side, and the reason why `covers` does not answer.
const UNDECIDED: &[(&str, Producer, &str)] = &[
    (
        "FIELD_ADDED_OPTIONAL",
        Producer::New,
        "the difference of two closed objects needs a name that only one of them has",
    ),
    (
        "NUMBER_TO_INT",
        Producer::Old,
        "the difference of number and integer is not a canonical form",
    ),
];

/// Rules whose changes are not in a property: only payloads and names of events show them.
const WITHOUT_PROPERTY: [&str; 11] = [
    "VERSION_ONLY",
    "VERSION_LOWERED",
    "META_CHANGED",
    "CLIENT_ID_CHANGED",
    "EVENT_ADDED",
    "EVENT_REMOVED",
    "EVENT_RENAMED",
    "EVENTS_OVERLAP",
    "GDPR_CATEGORY_RAISED",
    "GDPR_CATEGORY_LOWERED",
    "GDPR_TEXT_CHANGED",
];

/// A schema without `$ref`.
fn inlined(document: &Value, schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(target)) = members.get("$ref") {
                let target = document.pointer(target.strip_prefix('#').unwrap()).unwrap();
                return inlined(document, target);
            }
            let members = members
                .iter()
                .filter(|(key, _)| *key != "eventMeta" && *key != "description");
            let members = members.map(|(key, value)| {
                let value = match key.as_str() {
                    "enum" | "required" => value.clone(),
                    _ => inlined(document, value),
                };
                (key.clone(), value)
            });
            Value::Object(members.collect())
        }
        Value::Array(items) => items.iter().map(|item| inlined(document, item)).collect(),
        other => other.clone(),
    }
}

fn canonical(schema: &Value) -> CanonicalSchema {
    let options = jsonschema::canonical::options().with_draft(Draft::Draft7);
    options.canonicalize(schema).unwrap()
}

fn validator(schema: &Value) -> Validator {
    jsonschema::options()
        .with_draft(Draft::Draft7)
        .build(schema)
        .unwrap()
}

/// The schema of an event, without `oneOf`.
fn event_schema(document: &Document, name: &str) -> Option<Value> {
    document.event(name)?;
    let event = document
        .json
        .pointer(&format!("/definitions/events/{name}"))?;
    Some(inlined(&document.json, event))
}

/// The schemas of both sides that a change is about: a property, or an object with one property.
fn compared(comparison: &Comparison<'_>, change: &Change) -> Option<(Value, Value)> {
    let (old, new) = (&comparison.old.document.json, &comparison.new.document.json);
    let whole =
        |document: &Value, pointer: &str| Some(inlined(document, document.pointer(pointer)?));
    if let Some(name) = &change.shared_type {
        let pointer = format!("/definitions/types/{name}");
        return Some((whole(old, &pointer)?, whole(new, &pointer)?));
    }
    let event = change.events.first()?;
    let pointer = format!("/definitions/events/{event}");
    let (old_event, new_event) = (whole(old, &pointer)?, whole(new, &pointer)?);
    let names: Vec<String> = match change.rule.id {
        "FIELD_RENAMED" => {
            let names = [&change.before, &change.after].into_iter().flatten();
            names
                .map(|name| name.as_str().unwrap().to_owned())
                .collect()
        }
        "ADDITIONAL_PROPS_OPENED" | "ADDITIONAL_PROPS_CLOSED" => Vec::new(),
        _ => {
            let (_, rest) = change.pointer.split_once("/properties/")?;
            vec![rest.split('/').next().unwrap().to_owned()]
        }
    };
    let is_object_level = matches!(
        change.rule.id,
        "FIELD_ADDED"
            | "FIELD_ADDED_OPTIONAL"
            | "FIELD_REMOVED"
            | "FIELD_RENAMED"
            | "REQUIRED_ADDED"
            | "REQUIRED_DROPPED"
            | "ADDITIONAL_PROPS_OPENED"
            | "ADDITIONAL_PROPS_CLOSED"
    );
    if is_object_level {
        return Some((reduced(&old_event, &names), reduced(&new_event, &names)));
    }
    let property = |event: &Value| event.pointer(&format!("/properties/{}", names[0])).cloned();
    Some((property(&old_event)?, property(&new_event)?))
}

/// The object with only some of its properties.
fn reduced(event: &Value, names: &[String]) -> Value {
    let mut event = event.clone();
    let is_kept = |name: &str| names.iter().any(|it| it == name);
    let properties = event["properties"].as_object().unwrap().clone();
    let kept = properties.into_iter().filter(|(name, _)| is_kept(name));
    event["properties"] = Value::Object(kept.collect::<Map<_, _>>());
    let required = event["required"].as_array().unwrap().clone();
    event["required"] = required
        .into_iter()
        .filter(|name| is_kept(name.as_str().unwrap()))
        .collect();
    event
}

fn check_side(
    rule: &str,
    side: Producer,
    verdict: Verdict,
    sent: &Value,
    server: &Value,
    undecided: &mut Vec<(String, Producer)>,
) {
    let (sent, server) = (canonical(sent), canonical(server));
    let answer = server.covers(&sent).unwrap();
    let expected = if verdict == Verdict::Breaks {
        Containment::No
    } else {
        Containment::Yes
    };
    if answer == expected {
        return;
    }
    assert_eq!(
        answer,
        Containment::Unknown,
        "{rule} {side:?}: the engine says {verdict}"
    );
    undecided.push((rule.to_owned(), side));
}

#[test]
fn each_verdict_agrees_with_covers() {
    let mut undecided = Vec::new();
    let mut covered = BTreeSet::new();
    for rule in rules() {
        for kind in ["needs", "does-not"] {
            let (old, new) = fixture(rule.id, kind);
            let comparison = compare(old.side(), new.side(), &Options::default());
            for change in &comparison.changes {
                let is_document = !change.rule.in_lock || change.rule.id == "RETIRED_VALUE_REMOVED";
                let Some((before, after)) = compared(&comparison, change).filter(|_| is_document)
                else {
                    continue;
                };
                covered.insert(change.rule.id);
                check_side(
                    change.rule.id,
                    Producer::Old,
                    change.old_to_new,
                    &before,
                    &after,
                    &mut undecided,
                );
                check_side(
                    change.rule.id,
                    Producer::New,
                    change.new_to_old,
                    &after,
                    &before,
                    &mut undecided,
                );
            }
            // Properties without a change accept the same values.
            for event in &new.document.events {
                for field in &event.payload.fields {
                    let property = |document: &Document| {
                        let property = document.json.pointer(&field.place.pointer)?;
                        Some(inlined(&document.json, property))
                    };
                    let mut used = Vec::new();
                    field.ty.references(&mut |name| used.push(name));
                    let is_changed = comparison.changes.iter().any(|change| {
                        let shared = change.shared_type.as_deref();
                        change.pointer.starts_with(&field.place.pointer)
                            || shared.is_some_and(|name| used.contains(&name))
                    });
                    if let (Some(before), Some(after), false) =
                        (property(&old.document), property(&new.document), is_changed)
                    {
                        let (before, after) = (canonical(&before), canonical(&after));
                        assert_eq!(before.covers(&after).unwrap(), Containment::Yes);
                        assert_eq!(after.covers(&before).unwrap(), Containment::Yes);
                    }
                }
            }
        }
    }
    let open: Vec<&str> = rules()
        .filter(|rule| !rule.in_lock && !covered.contains(rule.id))
        .map(|rule| rule.id)
        .collect();
    assert_eq!(open, WITHOUT_PROPERTY);
    for id in open.iter().filter(|id| !id.starts_with("EVENT")) {
        let (old, new) = fixture(id, "needs");
        for event in &new.document.events {
            let schemas =
                [&old, &new].map(|it| canonical(&event_schema(&it.document, &event.name).unwrap()));
            let [before, after] = &schemas;
            assert_eq!(before.covers(after).unwrap(), Containment::Yes, "{id}");
            assert_eq!(after.covers(before).unwrap(), Containment::Yes, "{id}");
        }
    }
    undecided.sort_by_key(|(rule, side)| (rule.clone(), *side == Producer::New));
    undecided.dedup();
    let listed: Vec<(String, Producer)> = UNDECIDED
        .iter()
        .map(|(rule, side, _)| ((*rule).to_owned(), *side))
        .collect();
    assert_eq!(
        undecided, listed,
        "the list of undecided verdicts is complete and has no other rows"
    );
}

#[test]
fn each_break_has_a_witness_that_the_other_side_refuses() {
    let mut checked = 0;
    for rule in rules() {
        for kind in ["needs", "does-not"] {
            let (old, new) = fixture(rule.id, kind);
            let comparison = compare(old.side(), new.side(), &Options::default());
            for change in &comparison.changes {
                for (verdict, witness) in [
                    (change.old_to_new, &change.old_witness),
                    (change.new_to_old, &change.new_witness),
                ] {
                    let id = change.rule.id;
                    let Some(witness) = witness else {
                        // A summary has the witnesses of its parts, and a version has no payload.
                        let has_none = ["SHARED_TYPE_CHANGED", "SINCE_INVALID", "EVENTS_OVERLAP"];
                        assert!(verdict != Verdict::Breaks || has_none.contains(&id), "{id}");
                        continue;
                    };
                    assert_eq!(verdict, Verdict::Breaks, "{id}");
                    let payload = comparison.payload(witness).unwrap();
                    checked += 1;
                    if id == "EVENTS_OVERLAP" {
                        assert!(
                            !validator(&new.document.json).is_valid(&payload),
                            "{payload}"
                        );
                        continue;
                    }
                    let (sender, server) = match witness.producer {
                        Producer::Old => (&old.document, &new.document),
                        Producer::New => (&new.document, &old.document),
                    };
                    // A lock can contradict its document: then the value is not in the document.
                    if id != "UNKNOWN_VALUE_SENT" {
                        let schema = event_schema(sender, &witness.event).unwrap();
                        assert!(validator(&schema).is_valid(&payload), "{id}: {payload}");
                    }
                    if let Some(schema) = event_schema(server, &witness.event) {
                        assert!(!validator(&schema).is_valid(&payload), "{id}: {payload}");
                    } else if id != "EVENT_RENAMED" && rule.id != "EVENTS_OVERLAP" {
                        // Without the event, no alternative of the root accepts the payload.
                        assert!(
                            !validator(&server.json).is_valid(&payload),
                            "{id}: {payload}"
                        );
                    }
                    check_subtract(&comparison, change, witness.producer, &payload);
                }
            }
        }
    }
    assert!(checked > 50, "{checked}");
}

/// The value of the witness is one of those that `subtract` leaves over.
fn check_subtract(
    comparison: &Comparison<'_>,
    change: &Change,
    producer: Producer,
    payload: &Value,
) {
    let Some((before, after)) =
        compared(comparison, change).filter(|_| change.shared_type.is_none())
    else {
        return;
    };
    let Some((_, rest)) = change.pointer.split_once("/properties/") else {
        return;
    };
    let name = rest.split('/').next().unwrap();
    let (sent, server) = match producer {
        Producer::Old => (&before, &after),
        Producer::New => (&after, &before),
    };
    // The schemas of objects have one property; of others, they are the property.
    if sent["type"] == json!("object") {
        return;
    }
    let Ok(left) = canonical(sent).subtract(&canonical(server)) else {
        return;
    };
    let left = left.to_json_schema();
    assert!(
        validator(&left).is_valid(&payload[name]),
        "{}: {left} {}",
        change.rule.id,
        payload[name]
    );
}
