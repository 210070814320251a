//! The comparison of two types.

use serde_json::Value;

use crate::{
    document::{Bound, Place, Range, Shape, Type},
    json::{float, join},
    rules::{
        ENUM_TO_STRING, ENUM_VALUE_ADDED, ENUM_VALUE_REMOVED, FIELD_TYPE_CHANGED, INT_TO_NUMBER,
        NUMBER_TO_INT, ORDER_CHANGED, Rule, STRING_TO_ENUM, TYPE_RENAMED, Verdict,
    },
};

use super::{
    Found, Source, keyed,
    ranges::{item_counts, lengths, ranges},
    witness::{Edit, LONGEST, Producer, Step, Witness, accepts, text},
};

/// The place of the compared types.
#[derive(Clone)]
pub(super) struct At<'a> {
    /// The event, and the way from its payload.
    pub(super) event: &'a str,
    pub(super) path: Vec<Step>,
    /// The schema in the old document.
    pub(super) old: Place,
    /// The schema in the new document.
    pub(super) new: Place,
}

impl At<'_> {
    pub(super) fn inside(&self, keys: &[&str], step: Step) -> Self {
        let mut at = self.clone();
        at.path.push(step);
        for key in keys {
            at.old.pointer = join(&at.old.pointer, key);
            at.new.pointer = join(&at.new.pointer, key);
        }
        at
    }

    pub(super) fn witness(&self, producer: Producer, value: Option<Value>) -> Option<Witness> {
        let edit = Edit::Set(self.path.clone(), value?);
        Some(Witness::new(producer, self.event, edit))
    }

    pub(super) fn example(&self, producer: Producer) -> Option<Witness> {
        let edit = Edit::Example(self.path.clone());
        Some(Witness::new(producer, self.event, edit))
    }
}

/// Compares the types of a field or of a list's items.
pub(super) fn compare_types(found: &mut Found<'_>, at: &At<'_>, old: &Type, new: &Type) {
    if old.reference.is_some() && old.reference == new.reference {
        // The shared type is compared once, for all of its events.
        return;
    }
    if old.shape == new.shape {
        if let (Some(before), Some(after)) = (&old.reference, &new.reference) {
            let place = keyed(&at.new, "$ref");
            let change = found
                .change(&TYPE_RENAMED, Source::NewDocument, &place)
                .values(Some(before.as_str().into()), Some(after.as_str().into()))
                .in_event(at.event);
            found.changes.push(change);
        }
        return;
    }
    compare_shapes(found, at, &old.shape, &new.shape);
}

/// Compares two sets of values.
pub(super) fn compare_shapes(found: &mut Found<'_>, at: &At<'_>, old: &Shape, new: &Shape) {
    match (old, new) {
        (Shape::Boolean, Shape::Boolean) => {}
        (Shape::Integer(before), Shape::Integer(after)) => ranges(found, at, *before, *after, true),
        (Shape::Number(before), Shape::Number(after)) => ranges(found, at, *before, *after, false),
        (Shape::Integer(before), Shape::Number(after)) => {
            let witness = at.witness(Producer::New, fraction(*after));
            kind_changed(found, at, &INT_TO_NUMBER, (old, new), None, witness);
            if let Some(after) = after.whole() {
                ranges(found, at, *before, after, true);
            }
        }
        (Shape::Number(before), Shape::Integer(after)) => {
            let witness = at.witness(Producer::Old, fraction(*before));
            kind_changed(found, at, &NUMBER_TO_INT, (old, new), witness, None);
            if let Some(before) = before.whole() {
                ranges(found, at, before, *after, true);
            }
        }
        (
            Shape::Text { min, max },
            Shape::Text {
                min: new_min,
                max: new_max,
            },
        ) => {
            lengths(found, at, (*min, *max), (*new_min, *new_max));
        }
        (Shape::Enum(before), Shape::Enum(after)) => values(found, at, before, after),
        (Shape::Text { min, max }, Shape::Enum(values)) => {
            let witness = at.witness(Producer::Old, unlisted(values, *min, *max));
            let excluded = at.witness(Producer::New, unfit(values, *min, *max));
            kind_changed(found, at, &STRING_TO_ENUM, (old, new), witness, excluded);
        }
        (Shape::Enum(values), Shape::Text { min, max }) => {
            let witness = at.witness(Producer::New, unlisted(values, *min, *max));
            let excluded = at.witness(Producer::Old, unfit(values, *min, *max));
            kind_changed(found, at, &ENUM_TO_STRING, (old, new), excluded, witness);
        }
        (
            Shape::List { items, min, max },
            Shape::List {
                items: new_items,
                min: new_min,
                max: new_max,
            },
        ) => {
            item_counts(
                found,
                at,
                (*min, *max),
                (*new_min, *new_max),
                (items, new_items),
            );
            // A list that is always empty has no item.
            if *max != Some(0) && *new_max != Some(0) {
                compare_types(found, &at.inside(&["items"], Step::Item), items, new_items);
            }
        }
        (Shape::Object(before), Shape::Object(after)) => {
            super::objects::compare(found, at, before, after);
        }
        _ => {
            let (sent_old, sent_new) = (at.example(Producer::Old), at.example(Producer::New));
            kind_changed(
                found,
                at,
                &FIELD_TYPE_CHANGED,
                (old, new),
                sent_old,
                sent_new,
            );
        }
    }
}

fn kind_changed(
    found: &mut Found<'_>,
    at: &At<'_>,
    rule: &'static Rule,
    (old, new): (&Shape, &Shape),
    old_witness: Option<Witness>,
    new_witness: Option<Witness>,
) {
    let mut change = found
        .change(rule, Source::NewDocument, &at.new)
        .values(Some(old.kind().into()), Some(new.kind().into()))
        .in_event(at.event);
    // The bounds decide: they can exclude a value of an enum, or have no number with a fraction.
    let verdict = |witness: &Option<Witness>| match witness {
        Some(_) => Verdict::Breaks,
        None => Verdict::Ok,
    };
    // A text of any length exists beside an enum, also if it is too long for a witness.
    let is_long = |shape: &Shape| matches!(shape, Shape::Text { min, .. } if *min > LONGEST);
    if !is_long(old) {
        change.old_to_new = verdict(&old_witness);
    }
    if !is_long(new) {
        change.new_to_old = verdict(&new_witness);
    }
    found
        .changes
        .push(change.old_witness(old_witness).new_witness(new_witness));
}

/// A number with a fraction in a range.
fn fraction(range: Range) -> Option<Value> {
    let ends = [range.min, range.max]
        .into_iter()
        .flatten()
        .map(Bound::as_float);
    let near: Vec<f64> = ends.flat_map(|end| [end + 0.5, end - 0.5, end]).collect();
    let candidates: Vec<f64> = std::iter::once(0.5)
        .chain(near)
        .filter(|it| it.fract() != 0.0)
        .collect();
    let value = candidates
        .iter()
        .copied()
        .find(|it| accepts(range, Bound::Float(*it)))?;
    Some(float(value))
}

/// A text that an enum does not list. `None` if no such text exists, or if it would be too long.
fn unlisted(values: &[String], min: u64, max: Option<u64>) -> Option<Value> {
    let lengths = min..=max.unwrap_or(u64::MAX);
    let words = ["other", "x", "y", ""].into_iter().map(str::to_owned);
    // One of these texts is not in the list, because there are more of them than values.
    let Value::String(padding) = text(min.saturating_sub(1))? else {
        return None;
    };
    let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
    let letters = (0..=count).filter_map(|at| char::from_u32(0x4e00 + at));
    let padded = letters.map(|letter| format!("{padding}{letter}"));
    words
        .chain(padded)
        .filter(|text| lengths.contains(&length(text)))
        .find(|text| !values.contains(text))
        .map(Value::String)
}

/// A value of an enum whose length is not in the bounds.
fn unfit(values: &[String], min: u64, max: Option<u64>) -> Option<Value> {
    let lengths = min..=max.unwrap_or(u64::MAX);
    let value = values
        .iter()
        .find(|value| !lengths.contains(&length(value)))?;
    Some(Value::String(value.clone()))
}

fn length(text: &str) -> u64 {
    u64::try_from(text.chars().count()).unwrap_or(u64::MAX)
}

fn values(found: &mut Found<'_>, at: &At<'_>, old: &[String], new: &[String]) {
    let (in_old, in_new) = (set(old), set(new));
    for (index, value) in new
        .iter()
        .enumerate()
        .filter(|(_, it)| !in_old.contains(it.as_str()))
    {
        let place = keyed(&keyed(&at.new, "enum"), &index.to_string());
        let change = found
            .change(&ENUM_VALUE_ADDED, Source::NewDocument, &place)
            .values(None, Some(value.as_str().into()))
            .new_witness(at.witness(Producer::New, Some(value.as_str().into())))
            .in_event(at.event);
        found.changes.push(change);
    }
    for (index, value) in old
        .iter()
        .enumerate()
        .filter(|(_, it)| !in_new.contains(it.as_str()))
    {
        let place = keyed(&keyed(&at.old, "enum"), &index.to_string());
        let change = found
            .change(&ENUM_VALUE_REMOVED, Source::OldDocument, &place)
            .values(Some(value.as_str().into()), None)
            .old_witness(at.witness(Producer::Old, Some(value.as_str().into())))
            .in_event(at.event);
        found.changes.push(change);
    }
    let kept = |values: &[String], other: &std::collections::HashSet<&str>| -> Vec<String> {
        values
            .iter()
            .filter(|it| other.contains(it.as_str()))
            .cloned()
            .collect()
    };
    let (before, after) = (kept(old, &in_new), kept(new, &in_old));
    if before != after {
        let place = keyed(&at.new, "enum");
        let change = found
            .change(&ORDER_CHANGED, Source::NewDocument, &place)
            .values(Some(before.into()), Some(after.into()))
            .in_event(at.event);
        found.changes.push(change);
    }
}

fn set(values: &[String]) -> std::collections::HashSet<&str> {
    values.iter().map(String::as_str).collect()
}
