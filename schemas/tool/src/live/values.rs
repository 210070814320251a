//! Comparisons of a value of a payload with a range and a sentinel.

use serde_json::Value;

use crate::{
    document::{Bound, Range},
    json::{Kind, Node},
};

/// The number of a node. A whole float is an integer, so that both compare exactly.
pub(super) fn number(node: &Node) -> Option<Bound> {
    match node.kind {
        Kind::Integer(value) => Some(Bound::Integer(value)),
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the float is whole and below the limit of i128"
        )]
        Kind::Float(value) if value.fract() == 0.0 && value.abs() < 1e30 => {
            Some(Bound::Integer(value as i128))
        }
        Kind::Float(value) => Some(Bound::Float(value)),
        _ => None,
    }
}

/// JSON Schema counts 1.0 as a whole number.
pub(super) fn is_whole(value: Bound) -> bool {
    match value {
        Bound::Integer(_) => true,
        Bound::Float(value) => value.fract() == 0.0,
    }
}

pub(super) fn is_in(value: Bound, range: Range) -> bool {
    range.min.is_none_or(|min| !value.is_below(min))
        && range.max.is_none_or(|max| !max.is_below(value))
}

/// Whether a payload has a sentinel. Numbers are equal by value: -1.0 is -1.
pub(super) fn is_sentinel(node: &Node, sentinels: &[Value]) -> bool {
    sentinels
        .iter()
        .any(|sentinel| match (&node.kind, sentinel) {
            (Kind::Integer(_) | Kind::Float(_), Value::Number(sentinel)) => {
                number(node).map(Bound::as_float) == sentinel.as_f64()
            }
            (Kind::Text(text), Value::String(sentinel)) => text == sentinel,
            (Kind::Boolean(value), Value::Bool(sentinel)) => value == sentinel,
            (Kind::List(items), Value::Array(sentinel)) => items.is_empty() && sentinel.is_empty(),
            _ => false,
        })
}

/// A number for a message.
pub(super) fn display(value: Bound) -> String {
    match value {
        Bound::Integer(value) => value.to_string(),
        Bound::Float(value) => format!("{value:?}"),
    }
}

/// A range for a message.
pub(super) fn display_range(range: Range) -> String {
    match (range.min, range.max) {
        (Some(min), Some(max)) => format!("{} to {}", display(min), display(max)),
        (Some(min), None) => format!("at least {}", display(min)),
        (None, Some(max)) => format!("at most {}", display(max)),
        (None, None) => "any number".to_owned(),
    }
}

/// A length for a message.
pub(super) fn display_lengths(min: u64, max: Option<u64>) -> String {
    match max {
        Some(max) => format!("{min} to {max}"),
        None => format!("at least {min}"),
    }
}
