//! Single values, written by the functions that write the fields of an event. For the test kit.

use super::fast_path;

/// A value of a field that contains no other value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scalar<'v> {
    Boolean(bool),
    Integer(i64),
    /// A finite number.
    Number(f64),
    Text(&'v str),
}

/// Appends the JSON of a value.
pub(crate) fn push_scalar(value: Scalar<'_>, out: &mut Vec<u8>) {
    let start = out.len();
    // No number has more than 32 bytes. The longest escape of a byte has six bytes: `\u0000`.
    let room = match value {
        Scalar::Text(text) => 6 * text.len() + 2,
        Scalar::Boolean(_) | Scalar::Integer(_) | Scalar::Number(_) => 32,
    };
    out.resize(start + room, 0);
    let window = out.get_mut(start..).unwrap_or_default();
    let left = match value {
        Scalar::Boolean(value) => fast_path::boolean(value, window),
        Scalar::Integer(value) => fast_path::integer(value, window),
        Scalar::Number(value) => fast_path::number(value, window),
        Scalar::Text(value) => fast_path::text(value, window),
    }
    .len();
    out.truncate(out.len() - left);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_written_as_by_serde_json() {
        let long = "\u{1}".repeat(100);
        for (value, expected) in [
            (Scalar::Boolean(true), json!(true)),
            (Scalar::Boolean(false), json!(false)),
            (Scalar::Integer(i64::MIN), json!(i64::MIN)),
            (Scalar::Integer(7), json!(7)),
            (Scalar::Number(f64::MIN), json!(f64::MIN)),
            (Scalar::Number(-5e-324), json!(-5e-324)),
            (Scalar::Number(-0.0), json!(-0.0)),
            (Scalar::Text(""), json!("")),
            (Scalar::Text("\u{10ffff}\"\\\n"), json!("\u{10ffff}\"\\\n")),
            (Scalar::Text(&long), json!(long)),
        ] {
            let mut out = b"before".to_vec();
            push_scalar(value, &mut out);
            assert_eq!(out, format!("before{expected}").as_bytes());
        }
    }
}
