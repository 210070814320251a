//! A registry document as the check sees it: version, events, their fields and types.
//!
//! What is no registry document is an error with line and column. That holds for all of the
//! document, whichever event is checked: a broken document has the same error everywhere.

use super::{
    json::Json,
    node::{Node, Wrong},
    position::{Position, Problem},
};
use crate::wire;

const TYPES: &str = "#/definitions/types/";
const EVENTS: &str = "#/definitions/events/";

#[derive(Debug)]
pub(crate) struct Document {
    /// As it is written.
    pub(crate) version: String,
    pub(crate) events: Vec<Event>,
}

#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) fields: Vec<Field>,
}

#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) wire: String,
    pub(crate) ty: Type,
}

/// Type of a field on the wire.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Type {
    Boolean,
    Integer(Bounds),
    Number(Bounds),
    Text,
    Enum(Enum),
    TextList,
    EnumList(Enum),
}

/// `minimum` and `maximum`; infinite where there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) min: f64,
    pub(crate) max: f64,
}

/// A closed set of values.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Enum {
    /// Key in `definitions.types`; empty for a set that stands in the field.
    pub(crate) name: String,
    pub(crate) values: Vec<String>,
}

impl Document {
    /// Reads a document.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        let (json, text) = Json::read(bytes).map_err(Unreadable::Syntax)?;
        Self::of(Node::root(&json)).map_err(|wrong| {
            Unreadable::Structure(Problem {
                text: wrong.text,
                position: Position::of(wrong.at, text),
            })
        })
    }

    fn of(root: Node<'_>) -> Result<Self, Wrong> {
        let version = root.get("schemaMeta")?.get("schemaVersion")?;
        let text = version.text()?;
        if !wire::is_schema_version(text) {
            return Err(version.wrong(format_args!("version `{text}` is not `MAJOR.MINOR`")));
        }
        let definitions = root.get("definitions")?;
        let types = definitions.get("types")?;
        for (_, ty) in types.members()? {
            scalar(ty, "")?;
        }
        let events = definitions
            .get("events")?
            .members()?
            .map(|(name, event)| read_event(name, event, types))
            .collect::<Result<_, _>>()?;
        let document = Self {
            version: text.to_owned(),
            events,
        };
        if let Some(branches) = root.find("oneOf")? {
            document.every_event_has_a_branch(branches)?;
        }
        Ok(document)
    }

    /// Parameters are validated through `oneOf`: an event that is not there is always rejected.
    fn every_event_has_a_branch(&self, branches: Node<'_>) -> Result<(), Wrong> {
        let mut names = Vec::new();
        for branch in branches.items()? {
            let target = branch.get("$ref")?;
            match target.text()?.strip_prefix(EVENTS) {
                Some(name) if self.event(name).is_some() => names.push(name),
                _ => return Err(target.wrong("`$ref` to no event")),
            }
        }
        match self
            .events
            .iter()
            .find(|it| !names.contains(&it.name.as_str()))
        {
            Some(event) => {
                let name = &event.name;
                Err(branches.wrong(format_args!("event `{name}` is not in `oneOf`")))
            }
            None => Ok(()),
        }
    }

    pub(crate) fn event(&self, name: &str) -> Option<&Event> {
        self.events.iter().find(|event| event.name == name)
    }
}

impl Event {
    pub(crate) fn field(&self, wire: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.wire == wire)
    }
}

/// Why bytes are no registry document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// They are not JSON.
    Syntax(Problem),
    /// They are JSON of another shape.
    Structure(Problem),
}

fn read_event(name: &str, event: Node<'_>, types: Node<'_>) -> Result<Event, Wrong> {
    if event.find("additionalProperties")?.map(|it| it.boolean()) != Some(Ok(false)) {
        return Err(event.wrong(format_args!(
            "event `{name}` is open: it needs `\"additionalProperties\": false`"
        )));
    }
    let properties = event.get("properties")?;
    let required = event.get("required")?;
    let mut required_names = Vec::new();
    for item in required.items()? {
        let name = item.text()?;
        if properties.find(name)?.is_none() {
            return Err(item.wrong(format_args!("required field `{name}` is no property")));
        }
        required_names.push(name);
    }
    let mut fields = Vec::new();
    for (wire, property) in properties.members()? {
        if !wire::is_camel_case(wire) {
            return Err(property.wrong_key(format_args!("wire name `{wire}` is not camelCase")));
        }
        if !required_names.contains(&wire) {
            return Err(property.wrong_key(format_args!("field `{wire}` is not in `required`")));
        }
        fields.push(Field {
            wire: wire.to_owned(),
            ty: field_type(property, types)?,
        });
    }
    Ok(Event {
        name: name.to_owned(),
        fields,
    })
}

fn field_type(property: Node<'_>, types: Node<'_>) -> Result<Type, Wrong> {
    if !is_type(property, "array")? {
        return reference_or_scalar(property, types);
    }
    let items = property.get("items")?;
    match reference_or_scalar(items, types)? {
        Type::Text => Ok(Type::TextList),
        Type::Enum(of) => Ok(Type::EnumList(of)),
        _ => Err(items.wrong("a list holds text or values of an enum")),
    }
}

fn is_type(node: Node<'_>, name: &str) -> Result<bool, Wrong> {
    Ok(match node.find("type")? {
        Some(ty) => ty.text().is_ok_and(|ty| ty == name),
        None => false,
    })
}

fn reference_or_scalar(node: Node<'_>, types: Node<'_>) -> Result<Type, Wrong> {
    let Some(target) = node.find("$ref")? else {
        return scalar(node, "");
    };
    // Validators do not look at what stands beside `$ref`.
    for (key, beside) in node.members()? {
        if !matches!(key, "$ref" | "description") {
            return Err(beside.wrong_key(format_args!("`{key}` has no effect beside `$ref`")));
        }
    }
    let name = target.text()?.strip_prefix(TYPES);
    match name {
        Some(name) => match types.find(name)? {
            Some(ty) => scalar(ty, name),
            None => Err(target.wrong(format_args!("type `{name}` is not in `definitions.types`"))),
        },
        None => Err(target.wrong(format_args!("expected a `$ref` to `{TYPES}...`"))),
    }
}

/// A type that refers to no other.
fn scalar(node: Node<'_>, name: &str) -> Result<Type, Wrong> {
    let ty = node.get("type")?;
    match ty.text_or_null()? {
        Some("boolean") => Ok(Type::Boolean),
        Some("integer") => Ok(Type::Integer(bounds(node)?)),
        Some("number") => Ok(Type::Number(bounds(node)?)),
        Some("string") => match node.find("enum")? {
            None => Ok(Type::Text),
            Some(values) => Ok(Type::Enum(Enum {
                name: name.to_owned(),
                values: enum_values(values)?,
            })),
        },
        Some(other) => Err(ty.wrong(format_args!("type `{other}` cannot be a field"))),
        None => {
            let key = node.key();
            Err(ty.wrong(format_args!(
                "`{key}` may be null: the wire format has no null"
            )))
        }
    }
}

fn bounds(node: Node<'_>) -> Result<Bounds, Wrong> {
    let bound = |key, otherwise| match node.find(key)? {
        Some(bound) => bound.number(),
        None => Ok(otherwise),
    };
    Ok(Bounds {
        min: bound("minimum", f64::NEG_INFINITY)?,
        max: bound("maximum", f64::INFINITY)?,
    })
}

fn enum_values(list: Node<'_>) -> Result<Vec<String>, Wrong> {
    let mut values: Vec<String> = Vec::new();
    for item in list.items()? {
        let value = match item.text_or_null()? {
            Some(value) => value,
            None => return Err(item.wrong("a value cannot be null: the wire format has no null")),
        };
        if values.iter().any(|known| known == value) {
            return Err(item.wrong(format_args!("value `{value}` is listed twice")));
        }
        values.push(value.to_owned());
    }
    if values.is_empty() {
        return Err(list.wrong("an enum without values"));
    }
    Ok(values)
}

#[cfg(test)]
mod tests;
