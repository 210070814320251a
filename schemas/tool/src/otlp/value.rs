//! Values of attributes.

use std::io::Write;

use crate::{
    document::{Object, Shape},
    json::{Kind, Node},
};

/// The members of an object as a list of keys and values.
pub(super) fn members(node: &Node, object: Option<&Object>, text: &mut Vec<u8>) {
    let Kind::Object(members) = &node.kind else {
        return;
    };
    let fields = object.map_or(&[][..], |object| &object.fields);
    // Payloads have the order of the document, so the search usually ends at the first field.
    let mut next = 0;
    for (at, member) in members.iter().enumerate() {
        let later = fields.iter().skip(next);
        let found = later
            .clone()
            .position(|field| field.name == member.key)
            .map(|behind| next + behind)
            .or_else(|| fields.iter().position(|field| field.name == member.key));
        let field = found.and_then(|at| fields.get(at));
        if let Some(at) = found {
            next = at + 1;
        }
        text.extend_from_slice(if at == 0 {
            br#"{"key":"#
        } else {
            br#",{"key":"#
        });
        quoted(&member.key, text);
        text.extend_from_slice(br#","value":"#);
        value(&member.node, field.map(|field| &*field.ty.shape), text);
        text.push(b'}');
    }
}

/// A value with the type of its declaration. Without one, it has the type of its JSON.
pub(super) fn value(node: &Node, shape: Option<&Shape>, text: &mut Vec<u8>) {
    match &node.kind {
        Kind::Null => text.extend_from_slice(b"{}"),
        Kind::Boolean(value) => {
            let _ = write!(text, r#"{{"boolValue":{value}}}"#);
        }
        Kind::Integer(value) => match (shape, i64::try_from(*value)) {
            (Some(Shape::Number(_)), _) | (_, Err(_)) => {
                #[expect(clippy::cast_precision_loss, reason = "a double has 53 bits")]
                let value = *value as f64;
                double(value, text);
            }
            (_, Ok(value)) => {
                let _ = write!(text, r#"{{"intValue":"{value}"}}"#);
            }
        },
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the float is whole and within 64 bits"
        )]
        Kind::Float(value)
            if matches!(shape, Some(Shape::Integer(_)))
                && value.fract() == 0.0
                && value.abs() < 9.2e18 =>
        {
            let _ = write!(text, r#"{{"intValue":"{}"}}"#, *value as i64);
        }
        Kind::Float(value) => double(*value, text),
        Kind::Text(value) => {
            text.extend_from_slice(br#"{"stringValue":"#);
            quoted(value, text);
            text.push(b'}');
        }
        Kind::List(items) => {
            let of_items = match shape {
                Some(Shape::List { items, .. }) => Some(&*items.shape),
                _ => None,
            };
            text.extend_from_slice(br#"{"arrayValue":{"values":["#);
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    text.push(b',');
                }
                value(item, of_items, text);
            }
            text.extend_from_slice(b"]}}");
        }
        Kind::Object(_) => {
            let object = match shape {
                Some(Shape::Object(object)) => Some(object),
                _ => None,
            };
            text.extend_from_slice(br#"{"kvlistValue":{"values":["#);
            members(node, object, text);
            text.extend_from_slice(b"]}}");
        }
    }
}

fn double(value: f64, text: &mut Vec<u8>) {
    let _ = write!(
        text,
        r#"{{"doubleValue":{}}}"#,
        serde_json::Value::from(value)
    );
}

/// A string of JSON.
pub(super) fn quoted(value: &str, text: &mut Vec<u8>) {
    // Memory does not fail to be written.
    let _ = serde_json::to_writer(text, value);
}
