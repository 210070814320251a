//! The lax conversions of scalars: those of pydantic, which models of the original rely on.

use serde_json::Value as Json;

use super::coerce::Mismatch;
use crate::guardrails::config::yaml::Value;

pub(super) fn coerce(kind: &str, value: &Value) -> Result<Json, Mismatch> {
    match kind {
        "null" => matches!(value, Value::Null)
            .then_some(Json::Null)
            .ok_or(Mismatch::new("null")),
        "boolean" => boolean(value)
            .map(Json::from)
            .ok_or(Mismatch::new("a boolean")),
        "integer" => integer(value)
            .map(Json::from)
            .ok_or(Mismatch::new("a whole number")),
        // A number that JSON cannot write (infinity) is refused: no limit of any field allows it.
        "number" => number(value)
            .and_then(serde_json::Number::from_f64)
            .map(Json::Number)
            .ok_or(Mismatch::new("a number")),
        "string" => match value {
            Value::Text(text) => Ok(Json::from(text.as_str())),
            _ => Err(Mismatch::new("text")),
        },
        _ => Err(Mismatch::new("of a known type")),
    }
}

/// Words in any case, without padding; the numbers one and zero.
fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::Int(_) | Value::Float(_) => match number(value)? {
            1.0 => Some(true),
            0.0 => Some(false),
            _ => None,
        },
        Value::Text(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "on" | "1" => Some(true),
            "false" | "f" | "no" | "n" | "off" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Bool(value) => Some(i64::from(*value)),
        Value::Int(value) => Some(*value),
        Value::Float(value) => whole(*value),
        Value::Text(text) => {
            let text = text.trim();
            text.parse()
                .ok()
                .or_else(|| text.strip_suffix(".0")?.parse().ok())
        }
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "guarded by the comparison")]
fn whole(value: f64) -> Option<i64> {
    (value.fract() == 0.0 && value.abs() < 9e15).then_some(value as i64)
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Bool(value) => Some(f64::from(u8::from(*value))),
        #[expect(
            clippy::cast_precision_loss,
            reason = "the original has a double here as well"
        )]
        Value::Int(value) => Some(*value as f64),
        Value::Float(value) => Some(*value),
        Value::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn booleans_come_from_words_and_from_one_and_zero() {
        for value in [
            text("T"),
            text("YES"),
            text("on"),
            text("1"),
            Value::Int(1),
            Value::Float(1.0),
        ] {
            assert_eq!(boolean(&value), Some(true), "{value:?}");
        }
        for value in [
            text("f"),
            text("No"),
            text("0"),
            Value::Int(0),
            Value::Float(0.0),
        ] {
            assert_eq!(boolean(&value), Some(false), "{value:?}");
        }
        for value in [
            text(" true"),
            text("maybe"),
            text(""),
            Value::Int(2),
            Value::Null,
        ] {
            assert_eq!(boolean(&value), None, "{value:?}");
        }
    }

    #[test]
    fn numbers_come_from_text() {
        assert_eq!(number(&text("30.0")), Some(30.0));
        assert_eq!(integer(&text(" 384 ")), Some(384));
        assert_eq!(integer(&Value::Float(384.0)), Some(384));
        assert_eq!(integer(&Value::Float(0.5)), None);
    }
}
