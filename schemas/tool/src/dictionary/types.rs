//! Types in words.

use serde_json::Value;

use super::{Piece, Target, codes, listed, plain};
use crate::document::{Bound, Range, Shape, Type};

/// Values of a shared enum that a field repeats; the entry of the type has all of them.
const REPEATED: usize = 12;

/// The type of a field.
pub(super) fn described(ty: &Type) -> Vec<Piece> {
    let mut pieces = kind(&ty.shape);
    if let Some(name) = &ty.reference {
        pieces.push(plain(" "));
        pieces.push(Piece::Link(Target::Type(name.clone()), name.clone()));
    }
    pieces
}

/// The kind of a shape, without ranges and values.
pub(super) fn kind(shape: &Shape) -> Vec<Piece> {
    match shape {
        Shape::List { items, .. } => {
            let mut pieces = vec![plain("list of ")];
            if items.reference.is_none() && !matches!(&*items.shape, Shape::List { .. }) {
                pieces.push(plain(format!("{}s", items.shape.kind())));
            } else {
                pieces.extend(described(items));
            }
            pieces
        }
        Shape::Enum(_) => vec![plain("enum")],
        other => vec![plain(other.kind())],
    }
}

/// The bounds of a shape as facts: name and text.
pub(super) fn bounds(shape: &Shape) -> Vec<(&'static str, Vec<Piece>)> {
    match shape {
        Shape::Integer(range) | Shape::Number(range) => range_of(*range)
            .map(|text| vec![("Range", vec![text])])
            .unwrap_or_default(),
        Shape::Text { min, max } => counted(*min, *max, "Length", "characters"),
        Shape::List { items, min, max } => {
            let mut found = counted(*min, *max, "Length", "items");
            let of_items = bounds(&items.shape).into_iter().map(|(name, text)| {
                let name = match name {
                    "Range" => "Range of items",
                    "Length" => "Length of items",
                    other => other,
                };
                (name, text)
            });
            found.extend(of_items);
            found
        }
        Shape::Boolean | Shape::Enum(_) | Shape::Object(_) => Vec::new(),
    }
}

fn counted(
    min: u64,
    max: Option<u64>,
    name: &'static str,
    unit: &str,
) -> Vec<(&'static str, Vec<Piece>)> {
    let text = match (min, max) {
        (0, None) => return Vec::new(),
        (0, Some(max)) => format!("at most {max} {unit}"),
        (min, None) => format!("at least {min} {unit}"),
        (min, Some(max)) if min == max => format!("{min} {unit}"),
        (min, Some(max)) => format!("{min} to {max} {unit}"),
    };
    vec![(name, vec![plain(text)])]
}

/// A range in words; `None` if it has no ends.
fn range_of(range: Range) -> Option<Piece> {
    let text = match (range.min, range.max) {
        (None, None) => return None,
        (Some(Bound::Integer(min)), Some(Bound::Integer(max)))
            if min == i128::from(i64::MIN) && max == i128::from(i64::MAX) =>
        {
            "signed 64-bit".to_owned()
        }
        (Some(min), None) => format!("{} or more", number(min)),
        (None, Some(max)) => format!("{} or less", number(max)),
        (Some(min), Some(max)) => format!("{} to {}", number(min), number(max)),
    };
    Some(plain(text))
}

fn number(bound: Bound) -> String {
    match bound {
        Bound::Integer(value) => value.to_string(),
        Bound::Float(value) => crate::json::float(value).to_string(),
    }
}

/// A range of a lock: an object with `min` and `max`.
pub(super) fn locked_range(range: &Value) -> Vec<Piece> {
    let end = |key: &str| range.get(key).filter(|it| it.is_number());
    vec![match (end("min"), end("max")) {
        (Some(min), Some(max)) => plain(format!("{min} to {max}")),
        (Some(min), None) => plain(format!("{min} or more")),
        (None, Some(max)) => plain(format!("{max} or less")),
        (None, None) => Piece::Code(range.to_string()),
    }]
}

/// The values of an enum, or of a list of enums.
pub(super) fn values(ty: &Type) -> Option<&[String]> {
    match &*ty.shape {
        Shape::Enum(values) => Some(values),
        Shape::List { items, .. } => values_of_items(items),
        _ => None,
    }
}

fn values_of_items(items: &Type) -> Option<&[String]> {
    match &*items.shape {
        Shape::Enum(values) => Some(values),
        _ => None,
    }
}

/// The shared enum of a field or of a list's items.
pub(super) fn shared_enum(ty: &Type) -> Option<&str> {
    match &*ty.shape {
        Shape::Enum(_) => ty.reference.as_deref(),
        Shape::List { items, .. } if matches!(&*items.shape, Shape::Enum(_)) => {
            items.reference.as_deref()
        }
        _ => None,
    }
}

/// The values for the entry of a field: all of them, or a few if the type has its own entry.
pub(super) fn values_of_field(ty: &Type) -> Option<Vec<Piece>> {
    let all = values(ty)?;
    let Some(name) = shared_enum(ty).filter(|_| all.len() > REPEATED) else {
        return Some(codes(all.iter().map(String::as_str)));
    };
    let shown = all.iter().take(REPEATED);
    let mut pieces = listed(shown.map(|value| Piece::Code(value.clone())));
    pieces.push(plain(format!(" and {} more in ", all.len() - REPEATED)));
    pieces.push(Piece::Link(Target::Type(name.to_owned()), name.to_owned()));
    Some(pieces)
}
