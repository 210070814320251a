//! Sample payloads: invented values that the schema accepts.

use serde_json::{Map, Value};

use super::facts;
use crate::{
    diff::witness,
    document::{Bound, Object, Shape, Type},
    lock::LockedEvent,
};

/// A payload with every required field. `None` if it would be very long.
pub(super) fn payload(object: &Object, lock: Option<&LockedEvent>) -> Option<Value> {
    object_at(object, lock, &mut Vec::new())
}

fn object_at(object: &Object, lock: Option<&LockedEvent>, path: &mut Vec<String>) -> Option<Value> {
    let mut members = Map::new();
    for field in object.fields.iter().filter(|field| field.required) {
        path.push(field.name.clone());
        let value = value(&field.ty, lock, path);
        path.pop();
        members.insert(field.name.clone(), value?);
    }
    Some(Value::Object(members))
}

fn value(ty: &Type, lock: Option<&LockedEvent>, path: &mut Vec<String>) -> Option<Value> {
    let locked = lock.and_then(|lock| lock.field(path));
    if let Some(value) = locked.and_then(facts::retired_value)
        && is_valid(ty, value)
    {
        return Some(value.clone());
    }
    let listed = locked.and_then(facts::sample_text);
    match &*ty.shape {
        Shape::Enum(values) => {
            let sent = listed.filter(|sent| values.iter().any(|value| value == sent));
            let value = sent.map(str::to_owned).or_else(|| values.first().cloned());
            value.map(Value::String)
        }
        Shape::Text { min, max } => {
            let fits = |text: &str| {
                let length = text.chars().count() as u64;
                length >= *min && max.is_none_or(|max| length <= max)
            };
            let text = [listed, Some("text")].into_iter().flatten();
            match text.into_iter().find(|text| fits(text)) {
                Some(text) => Some(Value::String(text.to_owned())),
                None => witness::example(ty),
            }
        }
        Shape::Integer(range) => facts::sample_number(locked, Value::from(12))
            .filter(|value| {
                let value = value.as_i64().map(i128::from).map(Bound::Integer);
                value.is_some_and(|value| witness::accepts(*range, value))
            })
            .or_else(|| witness::example(ty)),
        Shape::Number(range) => facts::sample_number(locked, Value::from(1.5))
            .filter(|value| {
                let value = value.as_f64().map(Bound::Float);
                value.is_some_and(|value| witness::accepts(*range, value))
            })
            .or_else(|| witness::example(ty)),
        Shape::Boolean => Some(Value::Bool(true)),
        Shape::List { items, min, max } if *min <= 1 && *max != Some(0) => {
            Some(Value::Array(vec![value(items, lock, path)?]))
        }
        Shape::Object(object) => object_at(object, lock, path),
        _ => witness::example(ty),
    }
}

/// Whether the value that a lock has for a retired field is one of the schema.
fn is_valid(ty: &Type, value: &Value) -> bool {
    match (&*ty.shape, value) {
        (Shape::Enum(values), Value::String(text)) => values.contains(text),
        (Shape::Text { min, max }, Value::String(text)) => {
            let length = text.chars().count() as u64;
            length >= *min && max.is_none_or(|max| length <= max)
        }
        (Shape::Boolean, Value::Bool(_)) => true,
        (Shape::Integer(range), value) => {
            let value = value.as_i64().map(i128::from).map(Bound::Integer);
            value.is_some_and(|value| witness::accepts(*range, value))
        }
        (Shape::Number(range), value) => {
            let value = value.as_f64().map(Bound::Float);
            value.is_some_and(|value| witness::accepts(*range, value))
        }
        (Shape::List { min, .. }, Value::Array(items)) => *min == 0 && items.is_empty(),
        _ => false,
    }
}
