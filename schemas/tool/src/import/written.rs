//! The document that the registry of the declarations writes.
//!
//! **Invariants.** The key order and the texts are those of the runtime. A test compiles declarations and
//! compares.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::json::join;

use super::plan::{Enum, FieldPlan, INTEGER, Kind, Plan};

/// A difference between the imported document and the written one.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// JSON pointer of the value.
    pub pointer: String,
    /// The value in the imported document; `None` if it is new.
    pub before: Option<Value>,
    /// The value in the written document; `None` if it is lost.
    pub after: Option<Value>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointer = &self.pointer;
        match (&self.before, &self.after) {
            (Some(before), None) => write!(f, "{pointer}: not written, was {}", short(before)),
            (None, Some(after)) => write!(f, "{pointer}: added, {}", short(after)),
            (Some(before), Some(after)) if before == after => {
                write!(f, "{pointer}: keys in another order")
            }
            (before, after) => {
                let text = |value: &Option<Value>| short(value.as_ref().unwrap_or(&Value::Null));
                write!(f, "{pointer}: {} becomes {}", text(before), text(after))
            }
        }
    }
}

/// Longest value in a message, in characters.
const LONGEST: usize = 60;

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

pub(super) fn document(plan: &Plan) -> Value {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut meta = object([
        ("clientName", json!(text(&plan.meta.client_name))),
        ("definitionVersion", json!("1.0")),
        ("schemaVersion", json!(plan.meta.version.to_string())),
        ("clientId", json!(text(&plan.meta.client_id))),
    ]);
    if let Some(since) = plan.meta.require_why_since {
        meta.insert("requireWhySince".to_owned(), json!(since.to_string()));
    }
    meta.insert("personalization".to_owned(), json!(""));
    let types: Map<_, _> = shared(plan)
        .into_iter()
        .map(|ty| match ty {
            None => (INTEGER.to_owned(), integer()),
            Some(ty) => (ty.name.clone(), enumeration(ty)),
        })
        .collect();
    let events: Map<_, _> = plan
        .events
        .iter()
        .map(|event| {
            let purpose = match event.purpose.trim() {
                "" => "",
                _ => &event.purpose,
            };
            let gdpr = json!({
                "category": event.category,
                "description": purpose,
                "personalization": "",
            });
            let mut object = object([
                ("description", json!(event.docs.text)),
                ("type", json!("object")),
                ("eventMeta", json!({"service": "telemetry", "gdpr": gdpr})),
            ]);
            add_fields(&mut object, &event.fields, plan);
            (event.name.clone(), Value::Object(object))
        })
        .collect();
    let branches = plan
        .events
        .iter()
        .map(|event| json!({"$ref": format!("#/definitions/events/{}", event.name)}));
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "description": plan.description,
        "schemaMeta": meta,
        "definitions": {"types": types, "events": events},
        "oneOf": branches.collect::<Value>(),
    })
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Map<String, Value> {
    let members = members.into_iter();
    members
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

/// The listed types, followed by all other types in the order of their first use.
fn shared(plan: &Plan) -> Vec<Option<&Enum>> {
    let mut types: Vec<Option<usize>> = plan.listed.clone();
    for event in &plan.events {
        for field in &event.fields {
            let inside = match field.kind {
                Kind::Objects(part) => plan.parts.get(part).map(|part| &*part.fields),
                _ => None,
            };
            for field in inside.unwrap_or(std::slice::from_ref(field)) {
                let used = match field.kind {
                    Kind::Integer => None,
                    Kind::Enum(index) | Kind::Enums(index) => Some(index),
                    _ => continue,
                };
                if !types.contains(&used) {
                    types.push(used);
                }
            }
        }
    }
    types
        .into_iter()
        .filter_map(|ty| match ty {
            None => Some(None),
            Some(index) => plan.enums.get(index).map(Some),
        })
        .collect()
}

fn integer() -> Value {
    json!({
        "type": "integer",
        "description": "A whole number in the signed 64-bit range: a count, a size, a duration, an exit code.",
        "maximum": i64::MAX,
        "minimum": i64::MIN,
    })
}

fn enumeration(ty: &Enum) -> Value {
    let values = ty.values.iter().map(|value| value.wire.as_str());
    json!({
        "type": "string",
        "description": ty.docs.text,
        "enum": values.collect::<Value>(),
    })
}

fn add_fields(object: &mut Map<String, Value>, fields: &[FieldPlan], plan: &Plan) {
    let properties: Map<_, _> = fields
        .iter()
        .map(|it| (it.wire.clone(), Value::Object(field(it, plan))))
        .collect();
    object.insert("properties".to_owned(), Value::Object(properties));
    object.insert("additionalProperties".to_owned(), json!(false));
    let required = fields.iter().map(|field| field.wire.as_str());
    object.insert("required".to_owned(), required.collect());
}

fn field(field: &FieldPlan, plan: &Plan) -> Map<String, Value> {
    let mut property = match field.kind {
        Kind::Texts | Kind::Enums(_) | Kind::Objects(_) => {
            let mut property = object([
                ("type", json!("array")),
                ("items", Value::Object(single(field.kind, "", plan))),
            ]);
            if let Some(most) = field.max_items {
                property.insert("maxItems".to_owned(), json!(most));
            }
            property.insert("description".to_owned(), json!(field.docs.text));
            property
        }
        kind => single(kind, &field.docs.text, plan),
    };
    if let Some(why) = &field.why {
        property.insert("$comment".to_owned(), json!(why));
    }
    property
}

/// The type of a field, or of the items of a list.
fn single(kind: Kind, description: &str, plan: &Plan) -> Map<String, Value> {
    let reference = |name: &str| {
        object([
            ("description", json!(description)),
            ("$ref", json!(format!("#/definitions/types/{name}"))),
        ])
    };
    let plain = |name: &str| object([("type", json!(name)), ("description", json!(description))]);
    match kind {
        Kind::Boolean => plain("boolean"),
        Kind::Integer => reference(INTEGER),
        Kind::Number => plain("number"),
        Kind::Text | Kind::Texts => plain("string"),
        Kind::Enum(index) | Kind::Enums(index) => {
            reference(plan.enums.get(index).map_or("", |ty| &ty.name))
        }
        Kind::Objects(index) => {
            let mut items = plain("object");
            let fields = plan.parts.get(index).map(|part| &*part.fields);
            add_fields(&mut items, fields.unwrap_or_default(), plan);
            items
        }
    }
}

/// The differences between two documents, in the order of the first one.
pub(super) fn differences(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(before, after, String::new(), &mut found);
    found
}

fn compare(before: &Value, after: &Value, pointer: String, found: &mut Vec<Difference>) {
    let (Value::Object(old), Value::Object(new)) = (before, after) else {
        if before != after {
            found.push(Difference {
                pointer,
                before: Some(before.clone()),
                after: Some(after.clone()),
            });
        }
        return;
    };
    let mut has_all = true;
    for (key, before) in old {
        match new.get(key) {
            Some(after) => compare(before, after, join(&pointer, key), found),
            None => {
                has_all = false;
                found.push(Difference {
                    pointer: join(&pointer, key),
                    before: Some(before.clone()),
                    after: None,
                });
            }
        }
    }
    for (key, after) in new {
        if !old.contains_key(key) {
            has_all = false;
            found.push(Difference {
                pointer: join(&pointer, key),
                before: None,
                after: Some(after.clone()),
            });
        }
    }
    if has_all && !old.keys().eq(new.keys()) {
        found.push(Difference {
            pointer,
            before: Some(before.clone()),
            after: Some(before.clone()),
        });
    }
}
