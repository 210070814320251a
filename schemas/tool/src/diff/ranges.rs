//! The comparison of ranges, and of the lengths of strings and lists.

use serde_json::Value;

use crate::{
    document::{Bound, Range, Type},
    json::{float, integer},
    rules::{MAX_ITEMS_LOWERED, MAX_ITEMS_RAISED, RANGE_NARROWED, RANGE_WIDENED, Rule},
};

use super::{
    Found, Source, keyed,
    shapes::At,
    witness::{Producer, accepts, list, text},
};

/// One end of a range in both documents.
struct End {
    key: &'static str,
    before: Option<Value>,
    after: Option<Value>,
    /// Values that only the wider side has.
    witness: Option<Value>,
    widened: bool,
}

fn ended(found: &mut Found<'_>, at: &At<'_>, end: End, [widened, narrowed]: [&'static Rule; 2]) {
    let (source, place) = match &end.after {
        Some(_) => (Source::NewDocument, keyed(&at.new, end.key)),
        // The key is only in the old document.
        None => (Source::OldDocument, keyed(&at.old, end.key)),
    };
    let rule = if end.widened { widened } else { narrowed };
    let change = found
        .change(rule, source, &place)
        .values(end.before, end.after)
        .in_event(at.event);
    found.changes.push(if end.widened {
        change.new_witness(at.witness(Producer::New, end.witness))
    } else {
        change
            .old_witness(at.witness(Producer::Old, end.witness))
            .note("tightened: the new schema refuses values that the old one accepts")
    });
}

pub(super) fn ranges(found: &mut Found<'_>, at: &At<'_>, old: Range, new: Range, whole: bool) {
    let is_below = |one: Option<Bound>, other: Option<Bound>| match (one, other) {
        // A range without a minimum begins below each number.
        (None, Some(_)) => true,
        (Some(one), Some(other)) => one.is_below(other),
        (_, None) => false,
    };
    let is_above = |one: Option<Bound>, other: Option<Bound>| match (one, other) {
        (None, Some(_)) => true,
        (Some(one), Some(other)) => other.is_below(one),
        (_, None) => false,
    };
    for (key, before, after, minimum) in [
        ("minimum", old.min, new.min, true),
        ("maximum", old.max, new.max, false),
    ] {
        let (widened, narrowed) = if minimum {
            (is_below(after, before), is_below(before, after))
        } else {
            (is_above(after, before), is_above(before, after))
        };
        if !widened && !narrowed {
            continue;
        }
        let (wide, narrow, range) = if widened {
            (after, before, new)
        } else {
            (before, after, old)
        };
        let end = End {
            key,
            before: before.map(bound_value),
            after: after.map(bound_value),
            witness: beyond(wide, narrow, range, minimum, whole),
            widened,
        };
        ended(found, at, end, [&RANGE_WIDENED, &RANGE_NARROWED]);
    }
}

/// A number of the wider range beyond the end of the narrower one.
fn beyond(
    wide: Option<Bound>,
    narrow: Option<Bound>,
    range: Range,
    minimum: bool,
    whole: bool,
) -> Option<Value> {
    let sign = if minimum { -1 } else { 1 };
    let found = match (wide, narrow?) {
        (None, Bound::Integer(value)) => {
            let value = value.saturating_add(sign);
            // A float does not have each whole number beyond 64 bits, but this one.
            match serde_json::Number::from_i128(value) {
                Some(_) => Bound::Integer(value),
                None => Bound::Float(if minimum { -1e20 } else { 1e20 }),
            }
        }
        (None, Bound::Float(value)) => {
            let step = value.abs().max(1.0);
            let value = if minimum { value - step } else { value + step };
            Bound::Float(if whole { value.trunc() } else { value })
        }
        (Some(end), _) => end,
    };
    let fits = accepts(range, found) && (!whole || found.as_float().fract() == 0.0);
    fits.then(|| bound_value(found))
        .filter(|value| !value.is_null())
}

fn bound_value(bound: Bound) -> Value {
    match bound {
        Bound::Integer(value) => integer(value),
        Bound::Float(value) => float(value),
    }
}

pub(super) type Lengths = (u64, Option<u64>);

pub(super) fn lengths(found: &mut Found<'_>, at: &At<'_>, old: Lengths, new: Lengths) {
    let rules = [&RANGE_WIDENED, &RANGE_NARROWED];
    length_ends(
        found,
        at,
        ["minLength", "maxLength"],
        old,
        new,
        &|length, _| text(length),
        rules,
        rules,
    );
}

pub(super) fn item_counts(
    found: &mut Found<'_>,
    at: &At<'_>,
    old: Lengths,
    new: Lengths,
    (old_items, new_items): (&Type, &Type),
) {
    let ends = [&RANGE_WIDENED, &RANGE_NARROWED];
    let most = [&MAX_ITEMS_RAISED, &MAX_ITEMS_LOWERED];
    length_ends(
        found,
        at,
        ["minItems", "maxItems"],
        old,
        new,
        &|length, widened| list(if widened { new_items } else { old_items }, length),
        ends,
        most,
    );
}

fn is_more(one: Option<u64>, other: Option<u64>) -> bool {
    one.unwrap_or(u64::MAX) > other.unwrap_or(u64::MAX)
}

#[expect(
    clippy::too_many_arguments,
    reason = "the two ends of one range with their names and rules"
)]
fn length_ends(
    found: &mut Found<'_>,
    at: &At<'_>,
    [min_key, max_key]: [&'static str; 2],
    old: Lengths,
    new: Lengths,
    value: &dyn Fn(u64, bool) -> Option<Value>,
    min_rules: [&'static Rule; 2],
    max_rules: [&'static Rule; 2],
) {
    if old.0 != new.0 {
        let end = End {
            key: min_key,
            before: Some(old.0.into()).filter(|_| old.0 > 0),
            after: Some(new.0.into()).filter(|_| new.0 > 0),
            witness: value(old.0.min(new.0), new.0 < old.0),
            widened: new.0 < old.0,
        };
        ended(found, at, end, min_rules);
    }
    if old.1 != new.1 {
        let narrow = old.1.unwrap_or(u64::MAX).min(new.1.unwrap_or(u64::MAX));
        let wide_min = if is_more(new.1, old.1) { new.0 } else { old.0 };
        let end = End {
            key: max_key,
            before: old.1.map(Value::from),
            after: new.1.map(Value::from),
            witness: narrow
                .checked_add(1)
                .and_then(|length| value(length.max(wide_min), is_more(new.1, old.1))),
            widened: is_more(new.1, old.1),
        };
        ended(found, at, end, max_rules);
    }
}
