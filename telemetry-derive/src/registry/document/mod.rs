//! The parts of a registry document that the check uses: version, events, their fields and types.
//!
//! An invalid document is an error with line and column. The whole document is validated, so every
//! event that refers to it has the same error.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    json::Json,
    node::{Node, ShapeError},
    position::{Position, Problem},
};
use crate::wire;

const TYPES: &str = "#/definitions/types/";
const EVENTS: &str = "#/definitions/events/";

#[derive(Debug)]
pub(crate) struct Document {
    /// `MAJOR.MINOR`.
    pub(crate) version: String,
    /// Every field of this version or a later one must have a `why`.
    pub(crate) require_why_since: Option<String>,
    pub(crate) events: Vec<Event>,
}

#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) fields: Vec<Field>,
}

/// A field of an event, or of the objects in a list.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    pub(crate) wire: String,
    pub(crate) ty: Type,
    /// `maxItems` of a list.
    pub(crate) max_items: Option<usize>,
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
    /// The fields of each object. Their types are not lists.
    ObjectList(Vec<Field>),
}

/// `minimum` and `maximum`; infinite if absent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) min: f64,
    pub(crate) max: f64,
}

/// A closed set of values.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Enum {
    /// Key in `definitions.types`; empty for an enum that is defined in the field.
    pub(crate) name: String,
    /// Shared by all fields that refer to the enum.
    pub(crate) values: Arc<[String]>,
}

impl Document {
    /// Reads a document.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, DocumentError> {
        let (json, text) = Json::read(bytes).map_err(DocumentError::Syntax)?;
        Self::of(Node::root(&json)).map_err(|error| {
            DocumentError::Structure(Problem {
                text: error.text,
                position: Position::of(error.at, text),
            })
        })
    }

    fn of(root: Node<'_>) -> Result<Self, ShapeError> {
        let meta = root.get("schemaMeta")?;
        let version = version(meta.get("schemaVersion")?)?;
        let require_why_since = match meta.find("requireWhySince")? {
            Some(since) => Some(self::version(since)?),
            None => None,
        };
        let definitions = root.get("definitions")?;
        let types = definitions
            .get("types")?
            .members()?
            .map(|(name, ty)| Ok((name, scalar(ty, name)?)))
            .collect::<Result<_, _>>()?;
        let events = definitions
            .get("events")?
            .members()?
            .map(|(name, event)| read_event(name, event, &types))
            .collect::<Result<_, _>>()?;
        let document = Self {
            version,
            require_why_since,
            events,
        };
        if let Some(branches) = root.find("oneOf")? {
            document.check_branches(branches)?;
        }
        Ok(document)
    }

    /// Validators check parameters against `oneOf`; they would reject every event that is not in it.
    fn check_branches(&self, branches: Node<'_>) -> Result<(), ShapeError> {
        let events: HashSet<_> = self.events.iter().map(|it| it.name.as_str()).collect();
        let mut names = HashSet::new();
        for branch in branches.items()? {
            let target = branch.get("$ref")?;
            match target.text()?.strip_prefix(EVENTS) {
                Some(name) if events.contains(name) => {
                    names.insert(name);
                }
                _ => return Err(target.error("`$ref` does not refer to an event")),
            }
        }
        match self
            .events
            .iter()
            .find(|it| !names.contains(it.name.as_str()))
        {
            Some(event) => {
                let name = &event.name;
                Err(branches.error(format_args!("event `{name}` is not in `oneOf`")))
            }
            None => Ok(()),
        }
    }

    pub(crate) fn event(&self, name: &str) -> Option<&Event> {
        self.events.iter().find(|event| event.name == name)
    }
}

/// The reason why bytes are not a registry document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DocumentError {
    /// They are not JSON.
    Syntax(Problem),
    /// They are JSON with another structure.
    Structure(Problem),
}

fn version(node: Node<'_>) -> Result<String, ShapeError> {
    let text = node.text()?;
    if wire::is_schema_version(text) {
        Ok(text.to_owned())
    } else {
        Err(node.error(format_args!("version `{text}` is not `MAJOR.MINOR`")))
    }
}

/// The types in `definitions.types`.
type Types<'j> = HashMap<&'j str, Type>;

fn read_event(name: &str, event: Node<'_>, types: &Types<'_>) -> Result<Event, ShapeError> {
    let fields = closed_object(event, &format!("event `{name}` is"), |property| {
        field_type(property, types)
    })?;
    Ok(Event {
        name: name.to_owned(),
        fields,
    })
}

/// The fields of an object without other fields. `subject` is the start of a message: "event `x` is".
fn closed_object<'j>(
    object: Node<'j>,
    subject: &str,
    field_type: impl Fn(Node<'j>) -> Result<Type, ShapeError>,
) -> Result<Vec<Field>, ShapeError> {
    if object.find("additionalProperties")?.map(|it| it.boolean()) != Some(Ok(false)) {
        return Err(object.error(format_args!(
            "{subject} open: it needs `\"additionalProperties\": false`"
        )));
    }
    let properties = object.get("properties")?;
    let required = object.get("required")?;
    let mut required_names = HashSet::new();
    for item in required.items()? {
        let name = item.text()?;
        if properties.find(name)?.is_none() {
            return Err(item.error(format_args!(
                "required field `{name}` is not in `properties`"
            )));
        }
        required_names.insert(name);
    }
    let mut fields = Vec::new();
    for (wire, property) in properties.members()? {
        if !wire::is_camel_case(wire) {
            return Err(property.key_error(format_args!("wire name `{wire}` is not camelCase")));
        }
        if !required_names.contains(wire) {
            return Err(property.key_error(format_args!("field `{wire}` is not in `required`")));
        }
        fields.push(Field {
            wire: wire.to_owned(),
            ty: field_type(property)?,
            max_items: max_items(property)?,
        });
    }
    Ok(fields)
}

fn max_items(property: Node<'_>) -> Result<Option<usize>, ShapeError> {
    let Some(most) = property.find("maxItems")? else {
        return Ok(None);
    };
    let number = most.number()?;
    // The greatest number of items that a declaration can have is far below 2^32.
    if number.fract() != 0.0 || !(0.0..=f64::from(u32::MAX)).contains(&number) {
        return Err(most.error("`maxItems` must be a whole number from 0 to 4294967295"));
    }
    Ok(Some(number as usize))
}

fn field_type(property: Node<'_>, types: &Types<'_>) -> Result<Type, ShapeError> {
    if !is_type(property, "array")? {
        return reference_or_scalar(property, types);
    }
    let items = property.get("items")?;
    if is_type(items, "object")? {
        let subject = format!("an item of `{}` is", property.key());
        let fields = closed_object(items, &subject, |field| item_field_type(field, types))?;
        return Ok(Type::ObjectList(fields));
    }
    match reference_or_scalar(items, types)? {
        Type::Text => Ok(Type::TextList),
        Type::Enum(of) => Ok(Type::EnumList(of)),
        _ => Err(items.error("the items of a list must be text, an enum or an object")),
    }
}

fn item_field_type(field: Node<'_>, types: &Types<'_>) -> Result<Type, ShapeError> {
    if is_type(field, "array")? || is_type(field, "object")? {
        let key = field.key();
        return Err(field.error(format_args!(
            "`{key}` must be a single value: an item of a list contains no lists and no objects"
        )));
    }
    reference_or_scalar(field, types)
}

fn is_type(node: Node<'_>, name: &str) -> Result<bool, ShapeError> {
    Ok(match node.find("type")? {
        Some(ty) => ty.text().is_ok_and(|ty| ty == name),
        None => false,
    })
}

fn reference_or_scalar(node: Node<'_>, types: &Types<'_>) -> Result<Type, ShapeError> {
    let Some(target) = node.find("$ref")? else {
        return scalar(node, "");
    };
    // Validators ignore other keys in an object with `$ref`.
    for (key, beside) in node.members()? {
        if !matches!(key, "$ref" | "description" | "$comment") {
            return Err(beside.key_error(format_args!(
                "`{key}` has no effect in an object with `$ref`"
            )));
        }
    }
    let name = target.text()?.strip_prefix(TYPES);
    match name {
        Some(name) => match types.get(name) {
            Some(ty) => Ok(ty.clone()),
            None => Err(target.error(format_args!("type `{name}` is not in `definitions.types`"))),
        },
        None => Err(target.error(format_args!("expected a `$ref` to `{TYPES}...`"))),
    }
}

/// A type without `$ref`.
fn scalar(node: Node<'_>, name: &str) -> Result<Type, ShapeError> {
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
        Some(other) => Err(ty.error(format_args!("type `{other}` cannot be a field"))),
        None => {
            let key = node.key();
            Err(ty.error(format_args!(
                "`{key}` may be null: the wire format has no null"
            )))
        }
    }
}

fn bounds(node: Node<'_>) -> Result<Bounds, ShapeError> {
    let bound = |key, otherwise| match node.find(key)? {
        Some(bound) => bound.number(),
        None => Ok(otherwise),
    };
    Ok(Bounds {
        min: bound("minimum", f64::NEG_INFINITY)?,
        max: bound("maximum", f64::INFINITY)?,
    })
}

fn enum_values(list: Node<'_>) -> Result<Arc<[String]>, ShapeError> {
    let (mut values, mut known): (Vec<String>, _) = (Vec::new(), HashSet::new());
    for item in list.items()? {
        let value = match item.text_or_null()? {
            Some(value) => value,
            None => return Err(item.error("a value cannot be null: the wire format has no null")),
        };
        if !known.insert(value) {
            return Err(item.error(format_args!("value `{value}` is listed twice")));
        }
        values.push(value.to_owned());
    }
    if values.is_empty() {
        return Err(list.error("the enum has no values"));
    }
    Ok(values.into())
}

#[cfg(test)]
mod tests;
