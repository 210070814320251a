//! Witnesses: payloads that one side sends and the other side refuses.

use serde_json::{Map, Value};

use crate::{
    document::{Bound, Document, Object, Range, Shape, Type},
    json::{float, integer},
};

/// Longest string and list of a witness.
pub(super) const LONGEST: u64 = 2_000;

/// Most values of a witness.
const LARGEST: u64 = 50_000;
/// Most values of all witnesses of a comparison.
pub(super) const LARGEST_SUM: u64 = 200_000;

/// The side that sends a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Producer {
    /// The old side. A server with the new schema refuses the payload.
    Old,
    /// The new side. A server with the old schema refuses the payload.
    New,
}

/// A step from an object to a value in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// The field with a wire name.
    Field(String),
    /// The first item of a list.
    Item,
}

/// The part of a payload that the other side refuses.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// Any payload of the event.
    Any,
    /// A payload with a value at a path.
    Set(Vec<Step>, Value),
    /// A payload with an example of the producer's schema at a path.
    Example(Vec<Step>),
    /// A payload without the value at a path.
    Remove(Vec<Step>),
}

/// A payload that the other side refuses. It is built when it is printed.
#[derive(Debug, Clone, PartialEq)]
pub struct Witness {
    /// The side that sends it.
    pub producer: Producer,
    /// Wire name of the event.
    pub event: String,
    /// The part that the other side refuses.
    pub edit: Edit,
}

impl Witness {
    pub(super) fn new(producer: Producer, event: &str, edit: Edit) -> Self {
        Self {
            producer,
            event: event.to_owned(),
            edit,
        }
    }

    /// The payload. `producer` is the document of the side that sends it.
    ///
    /// `None` if the document does not have the event, or if the payload would be too long.
    #[must_use]
    pub fn payload(&self, producer: &Document) -> Option<Value> {
        let event = producer.event(&self.event)?;
        if size(&event.payload) > LARGEST {
            return None;
        }
        let mut payload = example_object(&event.payload)?;
        match &self.edit {
            Edit::Any => {}
            Edit::Set(path, value) => *reach(&event.payload, &mut payload, path)? = value.clone(),
            Edit::Example(path) => {
                reach(&event.payload, &mut payload, path)?;
            }
            Edit::Remove(path) => {
                let (last, parents) = path.split_last()?;
                let Step::Field(name) = last else {
                    return None;
                };
                let parent = reach(&event.payload, &mut payload, parents)?;
                parent.as_object_mut()?.shift_remove(name);
            }
        }
        Some(payload)
    }
}

/// The schema of a value on the way to an edit.
#[derive(Clone, Copy)]
enum Schema<'a> {
    Object(&'a Object),
    Shape(&'a Shape),
}

/// The value at a path. Missing optional fields and items are filled with examples.
fn reach<'a>(object: &Object, payload: &'a mut Value, path: &[Step]) -> Option<&'a mut Value> {
    let mut schema = Schema::Object(object);
    let mut value = payload;
    for step in path {
        let object = match schema {
            Schema::Object(object) | Schema::Shape(Shape::Object(object)) => Some(object),
            Schema::Shape(_) => None,
        };
        let ty = match (step, schema) {
            (Step::Field(name), _) => {
                let members = value.as_object_mut()?;
                let Some(field) = object?.field(name) else {
                    // A field that the schema does not declare can be the end of a path.
                    members.insert(name.clone(), Value::Null);
                    value = members.get_mut(name)?;
                    continue;
                };
                if !members.contains_key(name) {
                    members.insert(name.clone(), example(&field.ty)?);
                }
                value = members.get_mut(name)?;
                &field.ty
            }
            (Step::Item, Schema::Shape(Shape::List { items, .. })) => {
                let list = value.as_array_mut()?;
                if list.is_empty() {
                    list.push(example(items)?);
                }
                value = list.first_mut()?;
                &**items
            }
            (Step::Item, _) => return None,
        };
        schema = Schema::Shape(&ty.shape);
    }
    Some(value)
}

/// Number of values in an example.
#[must_use]
pub fn size(object: &Object) -> u64 {
    let required = object.fields.iter().filter(|field| field.required);
    required.fold(1, |sum, field| sum.saturating_add(type_size(&field.ty)))
}

fn type_size(ty: &Type) -> u64 {
    match &*ty.shape {
        Shape::List { items, min, .. } => min.saturating_add(1).saturating_mul(type_size(items)),
        Shape::Object(object) => size(object),
        _ => 1,
    }
}

/// A payload with every required field.
#[must_use]
pub fn example_object(object: &Object) -> Option<Value> {
    let required = object.fields.iter().filter(|field| field.required);
    let members = required.map(|field| Some((field.name.clone(), example(&field.ty)?)));
    members.collect::<Option<Map<_, _>>>().map(Value::Object)
}

/// A simple value of a type. `None` if it would be too long.
#[must_use]
pub fn example(ty: &Type) -> Option<Value> {
    Some(match &*ty.shape {
        Shape::Boolean => Value::Bool(false),
        Shape::Integer(range) => whole_number(*range)?,
        Shape::Number(range) => number(*range, &[0.0])?,
        Shape::Text { min, .. } => text(*min)?,
        Shape::Enum(values) => Value::String(values.first()?.clone()),
        Shape::List { items, min, max } => {
            let length = (*min).max(u64::from(max.is_none_or(|max| max > 0)));
            list(items, length)?
        }
        Shape::Object(object) => example_object(object)?,
    })
}

/// A list of examples.
pub(super) fn list(items: &Type, length: u64) -> Option<Value> {
    if length > LONGEST || length.saturating_mul(type_size(items)) > LARGEST {
        return None;
    }
    (0..length).map(|_| example(items)).collect()
}

/// A string of a length.
pub(super) fn text(length: u64) -> Option<Value> {
    let length = usize::try_from(length).ok().filter(|_| length <= LONGEST)?;
    Some(Value::String("a".repeat(length)))
}

/// Zero, or the end of the range that is closest to it.
fn whole_number(range: Range) -> Option<Value> {
    let least = range.min.map(|bound| match bound {
        Bound::Integer(value) => value,
        Bound::Float(value) => to_whole(value.ceil()),
    });
    let most = range.max.map(|bound| match bound {
        Bound::Integer(value) => value,
        Bound::Float(value) => to_whole(value.floor()),
    });
    let value = 0.max(least.unwrap_or(0)).min(most.unwrap_or(i128::MAX));
    least
        .is_none_or(|least| least <= value)
        .then(|| integer(value))
}

#[expect(clippy::cast_possible_truncation, reason = "the cast saturates")]
const fn to_whole(value: f64) -> i128 {
    value as i128
}

/// The first of the candidates, or of the ends, that is in the range.
fn number(range: Range, candidates: &[f64]) -> Option<Value> {
    let ends = [range.min, range.max]
        .into_iter()
        .flatten()
        .map(Bound::as_float);
    let found = candidates
        .iter()
        .copied()
        .chain(ends)
        .find(|it| accepts(range, Bound::Float(*it)));
    found.filter(|it| it.is_finite()).map(float)
}

/// Whether a number is in a range.
pub(super) fn accepts(range: Range, value: Bound) -> bool {
    range.min.is_none_or(|min| !value.is_below(min))
        && range.max.is_none_or(|max| !max.is_below(value))
}
