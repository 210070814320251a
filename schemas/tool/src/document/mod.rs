//! The model of a registry document, and its reader.
//!
//! **Invariants.** Fields, values and events keep the order of the file. The reader refuses every keyword
//! that could make a schema stricter than the model says, so two equal models accept the same payloads.

pub(crate) mod keywords;
mod read;
pub(crate) mod references;
mod shapes;

use std::sync::Arc;

use serde_json::Value;

use crate::{json::Position, version::Version};

pub(crate) use self::read::bytes_of;
pub use self::read::{load, read};

/// A place in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// JSON pointer.
    pub pointer: String,
    /// Line and column.
    pub position: Position,
}

/// A registry document, or the document of one event.
#[derive(Debug, Clone)]
pub struct Document {
    /// Name of the file as the user wrote it.
    pub file: String,
    /// Purpose of the document.
    pub description: String,
    /// Identity and version.
    pub meta: Meta,
    /// Place of `schemaMeta`.
    pub meta_place: Place,
    /// `definitions.types` in the order of the file.
    pub types: Vec<SharedType>,
    /// `definitions.events` in the order of the file.
    pub events: Vec<Event>,
    /// The whole file, for output.
    pub json: Value,
}

/// `schemaMeta` of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// `clientName`. The document of one event does not have it.
    pub client_name: Option<String>,
    /// `clientId`. The document of one event does not have it.
    pub client_id: Option<String>,
    /// `definitionVersion`.
    pub definition_version: Option<String>,
    /// `schemaVersion`.
    pub version: Version,
    /// `personalization`.
    pub personalization: Option<String>,
    /// `requireWhySince`: new fields need a question that they answer.
    pub require_why_since: Option<Version>,
}

/// An entry of `definitions.types`.
#[derive(Debug, Clone)]
pub struct SharedType {
    /// Name, such as `TaskStatusEnum`.
    pub name: String,
    /// Its description.
    pub description: String,
    /// The values that it accepts.
    pub shape: Arc<Shape>,
    /// Its place.
    pub place: Place,
}

/// An entry of `definitions.events`.
#[derive(Debug, Clone)]
pub struct Event {
    /// Wire name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// `eventMeta.service`.
    pub service: String,
    /// `eventMeta.gdpr`.
    pub gdpr: Gdpr,
    /// The payload.
    pub payload: Object,
    /// Its place.
    pub place: Place,
}

/// `eventMeta.gdpr` of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gdpr {
    /// `functional`, `technical` or `behavioral`.
    pub category: String,
    /// Purpose of the data.
    pub description: String,
    /// Whether the data is used to address users; empty if not.
    pub personalization: String,
}

/// An object with named fields.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// The fields in the order of the file.
    pub fields: Vec<Field>,
    /// Whether other fields are invalid.
    pub closed: bool,
}

/// An entry of `properties`.
#[derive(Debug, Clone)]
pub struct Field {
    /// Wire name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// `$comment`: the question that the field answers.
    pub comment: Option<String>,
    /// Whether a payload without the field is invalid.
    pub required: bool,
    /// The values that it accepts.
    pub ty: Type,
    /// Its place.
    pub place: Place,
}

/// Fields are equal if they accept the same payloads.
impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.required == other.required
            && self.ty.shape == other.ty.shape
    }
}

/// The type of a field or of a list's items.
#[derive(Debug, Clone)]
pub struct Type {
    /// Name of the shared type, if the type is a `$ref`.
    pub reference: Option<String>,
    /// The values that it accepts, after `$ref` was followed.
    pub shape: Arc<Shape>,
}

/// Types are equal if they accept the same values.
impl PartialEq for Type {
    fn eq(&self, other: &Self) -> bool {
        self.shape == other.shape
    }
}

/// A number of a bound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// A whole number.
    Integer(i128),
    /// Another number.
    Float(f64),
}

/// The ends of a range. Both are part of the range.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Range {
    /// `minimum`.
    pub min: Option<Bound>,
    /// `maximum`.
    pub max: Option<Bound>,
}

/// A set of values.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// `true` and `false`.
    Boolean,
    /// Whole numbers.
    Integer(Range),
    /// Numbers.
    Number(Range),
    /// Strings, with the bounds of their length in characters.
    Text {
        /// `minLength`.
        min: u64,
        /// `maxLength`.
        max: Option<u64>,
    },
    /// Listed strings.
    Enum(Vec<String>),
    /// Arrays, with the bounds of their length.
    List {
        /// Type of the items.
        items: Box<Type>,
        /// `minItems`.
        min: u64,
        /// `maxItems`.
        max: Option<u64>,
    },
    /// Objects.
    Object(Object),
}

impl Shape {
    /// Name of the kind for messages.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Integer(_) => "integer",
            Self::Number(_) => "number",
            Self::Text { .. } => "string",
            Self::Enum(_) => "enum",
            Self::List { .. } => "array",
            Self::Object(_) => "object",
        }
    }
}

impl Document {
    /// The event with a wire name.
    #[must_use]
    pub fn event(&self, name: &str) -> Option<&Event> {
        self.events.iter().find(|event| event.name == name)
    }

    /// The shared type with a name.
    #[must_use]
    pub fn shared_type(&self, name: &str) -> Option<&SharedType> {
        self.types.iter().find(|ty| ty.name == name)
    }
}

impl Object {
    /// The field with a wire name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl Type {
    /// Calls `found` with each shared type that the type refers to, directly or in its parts.
    pub fn references<'a>(&'a self, found: &mut dyn FnMut(&'a str)) {
        if let Some(name) = &self.reference {
            found(name);
        }
        match &*self.shape {
            Shape::List { items, .. } => items.references(found),
            Shape::Object(object) => object.references(found),
            _ => {}
        }
    }
}

impl Object {
    /// Calls `found` with each shared type that the fields refer to.
    pub fn references<'a>(&'a self, found: &mut dyn FnMut(&'a str)) {
        for field in &self.fields {
            field.ty.references(found);
        }
    }
}
