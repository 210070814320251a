//! YAML to the types a schema names, with defaults.

use std::fmt;

use serde_json::{Map, Value as Json};

use super::scalar;
use crate::guardrails::config::yaml::{Key, Mapping, Value};

/// Why a value cannot become what the schema wants, and where it stands.
#[derive(Debug)]
pub(super) struct Mismatch {
    path: Vec<String>,
    wanted: &'static str,
}

impl Mismatch {
    pub(super) fn new(wanted: &'static str) -> Self {
        Self {
            path: Vec::new(),
            wanted,
        }
    }

    /// The same, one level further out.
    fn within(mut self, name: &str) -> Self {
        self.path.push(name.to_owned());
        self
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for name in self.path.iter().rev() {
            write!(f, "/{name}")?;
        }
        write!(f, ": not {}", self.wanted)
    }
}

/// A value as `schema` wants it; references are looked up in `root`.
pub(super) fn coerce(root: &Json, schema: &Json, value: &Value) -> Result<Json, Mismatch> {
    if let Some(target) = reference(root, schema) {
        return coerce(root, target, value);
    }
    if let Some(alternatives) = schema.get("anyOf").and_then(Json::as_array) {
        return any_of(root, alternatives, value);
    }
    if schema.get("oneOf").is_some() {
        return one_of(root, schema, value);
    }
    match schema.get("type").and_then(Json::as_str) {
        Some("object") => object(root, schema, value),
        Some("array") => array(root, schema, value),
        Some(kind) => scalar::coerce(kind, value),
        None => Ok(untyped(value)),
    }
}

/// What an absent field is.
fn default(root: &Json, schema: &Json) -> Option<Json> {
    if let Some(default) = schema.get("default") {
        return Some(default.clone());
    }
    // A field without a recorded default has a factory for one: its type with nothing given.
    let alternative = schema
        .get("anyOf")
        .and_then(|all| all.get(0))
        .unwrap_or(schema);
    let empty = match alternative.get("type").and_then(Json::as_str) {
        Some("array") => Value::List(Vec::new()),
        _ => Value::Map(Mapping::default()),
    };
    coerce(root, alternative, &empty).ok()
}

fn reference<'a>(root: &'a Json, schema: &Json) -> Option<&'a Json> {
    root.pointer(schema.get("$ref")?.as_str()?.strip_prefix('#')?)
}

/// The first alternative that takes the value.
fn any_of(root: &Json, alternatives: &[Json], value: &Value) -> Result<Json, Mismatch> {
    let mut first = None;
    for schema in alternatives {
        match coerce(root, schema, value) {
            Ok(json) => return Ok(json),
            Err(mismatch) => first = first.or(Some(mismatch)),
        }
    }
    Err(first.unwrap_or(Mismatch::new("allowed")))
}

/// The alternative that the field called the discriminator names; it must be given.
fn one_of(root: &Json, schema: &Json, value: &Value) -> Result<Json, Mismatch> {
    let target = || {
        let discriminator = schema.get("discriminator")?;
        let name = discriminator.get("propertyName")?.as_str()?;
        let Value::Text(chosen) = value.as_map()?.get(name)? else {
            return None;
        };
        let pointer = discriminator.get("mapping")?.get(chosen)?.as_str()?;
        root.pointer(pointer.strip_prefix('#')?)
    };
    coerce(
        root,
        target().ok_or(Mismatch::new("one of the known kinds"))?,
        value,
    )
}

fn array(root: &Json, schema: &Json, value: &Value) -> Result<Json, Mismatch> {
    let items = value.as_list().ok_or(Mismatch::new("a list"))?;
    let item_schema = schema.get("items").unwrap_or(&Json::Null);
    let coerced = items.iter().enumerate().map(|(index, item)| {
        coerce(root, item_schema, item).map_err(|mismatch| mismatch.within(&index.to_string()))
    });
    coerced.collect::<Result<_, _>>().map(Json::Array)
}

fn object(root: &Json, schema: &Json, value: &Value) -> Result<Json, Mismatch> {
    let map = value.as_map().ok_or(Mismatch::new("a mapping"))?;
    if schema.get("properties").is_some() {
        model(root, schema, map)
    } else {
        dictionary(root, schema, map)
    }
}

/// An object with named fields. Other keys are dropped, unless the schema forbids them.
pub(super) fn model(root: &Json, schema: &Json, map: &Mapping) -> Result<Json, Mismatch> {
    let Some(properties) = schema.get("properties").and_then(Json::as_object) else {
        return Err(Mismatch::new("known"));
    };
    if schema.get("additionalProperties") == Some(&Json::Bool(false)) {
        let known = |key: &Key| matches!(key, Key::Text(name) if properties.contains_key(name));
        if !map.iter().all(|(key, _)| known(key)) {
            return Err(Mismatch::new("without unknown keys"));
        }
    }
    let required = schema.get("required").and_then(Json::as_array);
    let is_required = |name: &String| required.is_some_and(|names| names.iter().any(|n| n == name));
    let mut fields = Map::new();
    for (name, schema) in properties {
        let field = match map.get(name) {
            Some(value) => coerce(root, schema, value).map_err(|mismatch| mismatch.within(name))?,
            None if is_required(name) => return Err(Mismatch::new("given").within(name)),
            None => default(root, schema).ok_or(Mismatch::new("given").within(name))?,
        };
        fields.insert(name.clone(), field);
    }
    Ok(Json::Object(fields))
}

/// An object with free keys, all of them text.
fn dictionary(root: &Json, schema: &Json, map: &Mapping) -> Result<Json, Mismatch> {
    let value_schema = schema.get("additionalProperties").unwrap_or(&Json::Null);
    let mut fields = Map::new();
    for (key, value) in map.iter() {
        let Key::Text(name) = key else {
            return Err(Mismatch::new("named by text"));
        };
        let field = coerce(root, value_schema, value).map_err(|mismatch| mismatch.within(name))?;
        fields.insert(name.clone(), field);
    }
    Ok(Json::Object(fields))
}

/// A value that may be anything; only whether it is there is ever asked.
fn untyped(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::from(*value),
        Value::Int(value) => Json::from(*value),
        Value::Float(value) => Json::from(*value),
        Value::Text(text) => Json::from(text.as_str()),
        Value::List(items) => items.iter().map(untyped).collect(),
        Value::Map(map) => {
            let fields = map
                .iter()
                .map(|(Key::Text(name) | Key::Other(name), value)| (name.clone(), untyped(value)));
            Json::Object(fields.collect())
        }
        Value::Other(kind) => Json::from(*kind),
    }
}
