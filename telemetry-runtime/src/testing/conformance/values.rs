//! The values of a field that a payload of the conformance test contains.

use std::borrow::Cow;

use super::text::texts;
use crate::{
    event::{
        descriptor::{FieldDescriptor, FieldType, Sentinel},
        schema_version::SchemaVersion,
    },
    wire::json::value::{Scalar, push_scalar},
};

/// Items of the longest list, if the field does not limit them.
const LONG: usize = 100;

/// A value on the wire.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Boolean(bool),
    Integer(i64),
    Number(f64),
    Text(Cow<'static, str>),
    List(Vec<Value>),
    Object(Vec<(&'static str, Value)>),
}

/// A value with its name in reports.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) name: String,
    pub(super) value: Value,
}

impl Choice {
    fn new(name: impl Into<String>, value: Value) -> Self {
        Self {
            name: name.into(),
            value,
        }
    }
}

impl Value {
    /// Appends the JSON of the value.
    pub(super) fn push(&self, out: &mut Vec<u8>) {
        let scalar = match self {
            Self::Boolean(value) => Scalar::Boolean(*value),
            Self::Integer(value) => Scalar::Integer(*value),
            Self::Number(value) => Scalar::Number(*value),
            Self::Text(value) => Scalar::Text(value),
            Self::List(items) => {
                push_all(b'[', items, b']', out, |item, out| item.push(out));
                return;
            }
            Self::Object(fields) => {
                push_all(b'{', fields, b'}', out, |(name, value), out| {
                    push_scalar(Scalar::Text(name), out);
                    out.push(b':');
                    value.push(out);
                });
                return;
            }
        };
        push_scalar(scalar, out);
    }
}

fn push_all<T>(
    open: u8,
    items: &[T],
    close: u8,
    out: &mut Vec<u8>,
    push: impl Fn(&T, &mut Vec<u8>),
) {
    out.push(open);
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        push(item, out);
    }
    out.push(close);
}

/// The values that an event of version `schema` can send in a field. The first one is the sentinel, if the
/// field has one.
pub(super) fn choices(field: &FieldDescriptor, schema: SchemaVersion) -> Vec<Choice> {
    let mut found = Vec::new();
    if let Some(sentinel) = field.sentinel() {
        let name = match (field.constant, field.has_default) {
            (true, _) => "the constant",
            (_, true) => "the default",
            _ => "the sentinel",
        };
        found.push(Choice::new(name, of_sentinel(sentinel)));
    }
    if !field.is_fixed() {
        found.extend(of_type(&field.ty, field, schema));
    }
    found
}

fn of_sentinel(sentinel: Sentinel) -> Value {
    match sentinel {
        Sentinel::Boolean(value) => Value::Boolean(value),
        Sentinel::Integer(value) => Value::Integer(value),
        Sentinel::Number(value) => Value::Number(value),
        Sentinel::Text(value) => Value::Text(value),
        Sentinel::List(items) => {
            let items = items.into_iter().map(|item| Value::Text(item.into()));
            Value::List(items.collect())
        }
    }
}

fn of_type(ty: &FieldType, field: &FieldDescriptor, schema: SchemaVersion) -> Vec<Choice> {
    match ty {
        FieldType::Boolean => {
            let values = [false, true];
            values
                .map(|value| Choice::new(value.to_string(), Value::Boolean(value)))
                .into()
        }
        FieldType::Integer => integers(field),
        FieldType::Number => numbers(field),
        FieldType::Text(None) => {
            let texts = texts(field.max_len).into_iter();
            texts
                .map(|(name, text)| Choice::new(name, Value::Text(text.into())))
                .collect()
        }
        FieldType::Text(Some(values)) => listed(values.iter().copied()),
        FieldType::Enum(of) => {
            let written = of.values.iter().filter(|it| it.is_written_in(schema));
            listed(written.map(|value| value.wire))
        }
        FieldType::List(item) => lists(of_type(item, field, schema), field.max_items),
        FieldType::Object(fields) => objects(fields, schema),
    }
}

fn listed(values: impl Iterator<Item = &'static str>) -> Vec<Choice> {
    let choice = |value| Choice::new(format!("{value:?}"), Value::Text(Cow::Borrowed(value)));
    values.map(choice).collect()
}

/// The ends of the range, and the ends of ranges that other programs have.
fn integers(field: &FieldDescriptor) -> Vec<Choice> {
    let (min, max) = field.range.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    // Bounds of a range are whole and at most 2^53. The conversion of an open end saturates.
    #[expect(clippy::cast_possible_truncation, reason = "whole or infinite")]
    let (min, max) = (min as i64, max as i64);
    let safe = 1_i64 << 53;
    let inner = [0, 1, -1, 255, 1 << 31, 1 << 32, safe + 1, -safe - 1];
    let inner = inner
        .into_iter()
        .filter(|value| (min..=max).contains(value));
    let mut values: Vec<i64> = [min, max].into_iter().chain(inner).collect();
    values.sort_unstable();
    values.dedup();
    let choice = |value: i64| Choice::new(value.to_string(), Value::Integer(value));
    values.into_iter().map(choice).collect()
}

fn numbers(field: &FieldDescriptor) -> Vec<Choice> {
    let (min, max) = field.range.unwrap_or((f64::MIN, f64::MAX));
    let (min, max) = (min.max(f64::MIN), max.min(f64::MAX));
    let inner = [
        -0.0,
        0.0,
        0.1,
        -0.5,
        1.0,
        5e-324,
        f64::MIN_POSITIVE,
        1e15,
        1e16,
        1e21,
        1e300,
        -1e300,
    ];
    let inner = inner
        .into_iter()
        .filter(|value| (min..=max).contains(value));
    let values = [min, max].into_iter().chain(inner);
    // `{:?}` of the extremes is short, because it has an exponent.
    values
        .map(|value| Choice::new(format!("{value:?}"), Value::Number(value)))
        .collect()
}

/// The empty list, a list of one item for each item, and the longest list.
fn lists(items: Vec<Choice>, max_items: Option<usize>) -> Vec<Choice> {
    let longest = max_items.unwrap_or(LONG);
    let all = items.iter().map(|item| item.value.clone()).cycle();
    let all = Value::List(all.take(longest).collect());
    let mut lists = vec![Choice::new("the empty list", Value::List(Vec::new()))];
    lists.extend(items.into_iter().map(|item| {
        let name = format!("a list with {}", item.name);
        Choice::new(name, Value::List(vec![item.value]))
    }));
    lists.push(Choice::new(format!("a list of {longest} items"), all));
    lists
}

/// Objects that differ from the first one in one field each.
fn objects(fields: &'static [FieldDescriptor], schema: SchemaVersion) -> Vec<Choice> {
    variations(fields, schema)
        .into_iter()
        .map(|(name, values)| Choice::new(name, Value::Object(values)))
        .collect()
}

/// Values of all fields. In the first variation each field has its sentinel, or its first value. Each other
/// one differs from it in one field.
pub(super) fn variations(
    fields: &'static [FieldDescriptor],
    schema: SchemaVersion,
) -> Vec<(String, Vec<(&'static str, Value)>)> {
    let choices: Vec<Vec<Choice>> = fields.iter().map(|it| choices(it, schema)).collect();
    let firsts = fields.iter().zip(&choices);
    let base: Vec<(&'static str, Value)> = firsts
        .filter_map(|(field, choices)| Some((field.wire_name, choices.first()?.value.clone())))
        .collect();
    let mut found = vec![("the first value of each field".to_owned(), base.clone())];
    for (field, choices) in fields.iter().zip(choices) {
        for choice in choices.into_iter().skip(1) {
            let mut values = base.clone();
            let name = field.wire_name;
            if let Some((_, value)) = values.iter_mut().find(|(known, _)| *known == name) {
                *value = choice.value;
            }
            found.push((format!("{name}: {}", choice.name), values));
        }
    }
    found
}
