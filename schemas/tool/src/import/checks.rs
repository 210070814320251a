//! Checks of single fields, and the ends of their ranges.

use serde_json::Value;

use crate::{
    document::{Bound, Document, Field, Place, Range},
    error::Problem,
    json::join,
};

use super::names;

/// Whole numbers up to it are exact as a bound of the derive.
const EXACT: i128 = (1 << 53) - 1;

/// A field with the place where its type is used.
pub(super) struct Use<'f> {
    pub(super) field: &'f Field,
    /// Name in Rust of the event that contains the field.
    pub(super) event: &'f str,
    /// Whether the field is declared; otherwise it is only checked.
    pub(super) is_named: bool,
}

impl Use<'_> {
    pub(super) fn problem(&self, below: &str, wrong: impl Into<String>, instead: &str) -> Problem {
        problem(&self.field.place, below, wrong, instead)
    }
}

pub(super) fn problem(
    place: &Place,
    below: &str,
    wrong: impl Into<String>,
    instead: &str,
) -> Problem {
    Problem::new(wrong, instead)
        .at(place.position)
        .in_value(format!("{}{below}", place.pointer))
}

pub(super) fn check_field(document: &Document, user: &Use<'_>, problems: &mut Vec<Problem>) {
    let field = user.field;
    let name = &field.name;
    if !names::is_camel_case(name) {
        problems.push(user.problem(
            "",
            format!("the wire name `{name}` cannot be declared: it is not camelCase"),
            "write letters and digits, beginning with a lowercase letter, such as `exitCode`",
        ));
    } else if names::is_reserved(name) {
        problems.push(user.problem(
            "",
            format!("the wire name `{name}` cannot be declared: it is a key of the envelope"),
            "give the field another name",
        ));
    }
    if !field.required {
        problems.push(user.problem(
            "",
            format!("the optional field `{name}` cannot be declared"),
            "add it to `required`; a sentinel such as -1 or \"undefined\" means \"unknown\"",
        ));
    }
    for below in ["", "/items"] {
        let pointer = format!("{}{below}", field.place.pointer);
        if let Some(key) = beside_reference(&document.json, &pointer) {
            problems.push(user.problem(
                &join(below, &key),
                format!("the keyword `{key}` has no effect beside `$ref`"),
                "remove it",
            ));
        }
    }
}

pub(super) fn check_values(values: &[String], place: &Place, problems: &mut Vec<Problem>) {
    for (at, value) in values.iter().enumerate() {
        let is_escaped = |c: char| c.is_control() || c == '"' || c == '\\';
        if value.is_empty() || value.contains(is_escaped) {
            problems.push(problem(
                place,
                &format!("/enum/{at}"),
                format!("the value {value:?} cannot be declared"),
                "write a text without quotes, backslashes and control characters",
            ));
        }
    }
}

pub(super) fn check_text(min: u64, max: Option<u64>, user: &Use<'_>) -> Result<(), Problem> {
    if min > 0 {
        return Err(user.problem(
            "/minLength",
            "a minimum length of text cannot be declared",
            "remove `minLength`; the sentinel is \"undefined\"",
        ));
    }
    if max == Some(0) {
        return Err(user.problem(
            "/maxLength",
            "text without characters cannot be declared",
            "write a `maxLength` from 1, or remove the field",
        ));
    }
    Ok(())
}

/// Whether -1 is in the range.
pub(super) fn contains_sentinel(range: Range) -> bool {
    let sentinel = Bound::Integer(-1);
    let above = range.min.is_none_or(|min| !sentinel.is_below(min));
    above && range.max.is_none_or(|max| !max.is_below(sentinel))
}

/// The ends of a range of whole numbers. An end that each value of `i64` meets is open.
pub(super) fn integer_range(range: Range, user: &Use<'_>) -> Result<[Option<String>; 2], Problem> {
    let (least, most) = (
        Bound::Integer(i64::MIN.into()),
        Bound::Integer(i64::MAX.into()),
    );
    if range.min.is_some_and(|min| most.is_below(min))
        || range.max.is_some_and(|max| max.is_below(least))
    {
        return Err(user.problem(
            "",
            "no whole number of 64 bits is valid",
            "write bounds between -9223372036854775808 and 9223372036854775807",
        ));
    }
    let range = Range {
        min: range.min.filter(|min| least.is_below(*min)),
        max: range.max.filter(|max| max.is_below(most)),
    };
    number_range(range, user)
}

pub(super) fn number_range(range: Range, user: &Use<'_>) -> Result<[Option<String>; 2], Problem> {
    let literal = |bound: Option<Bound>| {
        let Some(bound) = bound else {
            return Ok(None);
        };
        let (text, is_exact) = match bound {
            Bound::Integer(value) => (value.to_string(), value.abs() <= EXACT),
            Bound::Float(value) => {
                let is_exact =
                    value.fract() != 0.0 || value.abs() <= Bound::Integer(EXACT).as_float();
                (format!("{value:?}"), is_exact)
            }
        };
        if is_exact {
            return Ok(Some(text));
        }
        Err(user.problem(
            "",
            format!("the bound {text} cannot be declared exactly"),
            "write a bound between -9007199254740991 and 9007199254740991, or none",
        ))
    };
    Ok([literal(range.min)?, literal(range.max)?])
}

/// The keys beside `$ref` that the derive refuses.
fn beside_reference(document: &Value, pointer: &str) -> Option<String> {
    let object = document.pointer(pointer)?.as_object()?;
    object.get("$ref")?;
    let known = ["$ref", "description", "$comment"];
    let beside = object.keys().find(|key| !known.contains(&key.as_str()))?;
    Some(beside.clone())
}
