//! A document with some of the events of another one.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::document::{
    Document,
    references::{TYPES, name_in},
};

/// The document with only the named events and the shared types that they use.
///
/// Everything keeps the order of the document.
///
/// # Errors
///
/// The first name that is not an event of the document.
pub fn slice<'a>(document: &Document, names: &[&'a str]) -> Result<Value, &'a str> {
    if let Some(missing) = names.iter().find(|name| document.event(name).is_none()) {
        return Err(missing);
    }
    let kept: HashSet<&str> = names.iter().copied().collect();
    let mut types = HashSet::new();
    for event in document
        .events
        .iter()
        .filter(|event| kept.contains(event.name.as_str()))
    {
        event.payload.references(&mut |name| {
            types.insert(name);
        });
    }
    // A shared type may refer to another one without a shape of its own.
    let mut open: Vec<&str> = types.iter().copied().collect();
    while let Some(name) = open.pop() {
        let target = document.json.pointer("/definitions/types");
        let target = target.and_then(|types| types.get(name));
        for reference in references(target) {
            if let Some(ty) = document.shared_type(&reference)
                && types.insert(&ty.name)
            {
                open.push(&ty.name);
            }
        }
    }
    let mut sliced = document.json.clone();
    retain(&mut sliced, "/definitions/types", &types);
    retain(&mut sliced, "/definitions/events", &kept);
    let branches = document
        .events
        .iter()
        .filter(|event| kept.contains(event.name.as_str()))
        .map(|event| json!({"$ref": format!("#/definitions/events/{}", event.name)}));
    let branches: Value = branches.collect();
    if let Some(root) = sliced.as_object_mut() {
        root.remove("$ref");
        root.insert("oneOf".to_owned(), branches);
    }
    Ok(sliced)
}

fn retain(document: &mut Value, pointer: &str, kept: &HashSet<&str>) {
    if let Some(Value::Object(members)) = document.pointer_mut(pointer) {
        members.retain(|name, _| kept.contains(name.as_str()));
    }
}

/// The names behind every `$ref` of a shared type.
fn references(value: Option<&Value>) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Vec<&Value> = value.into_iter().collect();
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(members) => {
                if let Some(Value::String(target)) = members.get("$ref") {
                    found.extend(name_in(target, TYPES));
                }
                open.extend(Map::values(members));
            }
            _ => {}
        }
    }
    found
}
