//! An event of a document with the facts of its lock.

use serde_json::Value;

use crate::{
    document::{Bound, Event, Object, Range, Shape, Type},
    history::Released,
    json::Node,
    lock::{CodePlace, LockedEvent, LockedField},
    version::Version,
};

use super::{
    choices::{Choice, ChoiceKind, choices},
    values::is_sentinel,
};

/// An event of a document.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Wire name.
    pub event: String,
    /// Name of the document's file.
    pub file: String,
    /// Version of the document.
    pub document: Version,
    /// `eventSchemaVer` of its payloads, from the lock.
    pub schema: Option<Version>,
    /// `clientId` of the document.
    pub client_id: Option<String>,
    /// Whether no later document replaces the document. Full coverage needs only current events.
    pub is_current: bool,
    /// The accepted payloads.
    pub(super) shape: Object,
    /// Fields of the payload.
    pub(super) payload: Fields,
    fields: Vec<FieldPlan>,
}

/// The fields of an object: indices of [`Plan::all_fields`].
#[derive(Debug, Clone, Default)]
pub(super) struct Fields {
    pub(super) closed: bool,
    pub(super) at: Vec<usize>,
}

/// A field of an event, or of the items of a list.
#[derive(Debug, Clone)]
pub struct FieldPlan {
    /// Wire names: the field, or a list and a field of its items.
    pub path: Vec<String>,
    /// Whether a payload without the field is invalid.
    pub required: bool,
    /// The values for "unknown". Without a lock, they are -1 and `"undefined"`.
    pub sentinels: Vec<Value>,
    /// Kind of the choices.
    pub kind: ChoiceKind,
    /// The known values.
    pub choices: Vec<Choice>,
    /// The first version with the field.
    pub since: Option<Version>,
    /// The first version that sends only the sentinel.
    pub retired: Option<Version>,
    /// The declaration in the code.
    pub code: Option<CodePlace>,
    pub(super) ty: Type,
    pub(super) range: Option<Range>,
    pub(super) max_items: Option<u64>,
    /// Fields of the items, or of the object.
    pub(super) inner: Fields,
}

impl Plan {
    pub(super) fn new(released: &Released, event: &Event, is_current: bool) -> Self {
        let locked = released.lock.as_ref().and_then(|it| it.event(&event.name));
        let document = &released.document;
        let mut builder = Builder {
            locked,
            version: locked.map_or(document.meta.version, |it| it.schema),
            fields: Vec::new(),
        };
        let payload = builder.object(&event.payload, &[]);
        Self {
            event: event.name.clone(),
            file: document.file.clone(),
            document: document.meta.version,
            schema: locked.map(|locked| locked.schema),
            client_id: document.meta.client_id.clone(),
            is_current,
            shape: event.payload.clone(),
            payload,
            fields: builder.fields,
        }
    }

    /// `eventSchemaVer` of the lock, or the version of the document.
    #[must_use]
    pub fn version(&self) -> Version {
        self.schema.unwrap_or(self.document)
    }

    /// The declaration of the parameters.
    #[must_use]
    pub fn payload(&self) -> &Object {
        &self.shape
    }

    /// The fields, each with the fields of its items behind it.
    #[must_use]
    pub fn all_fields(&self) -> &[FieldPlan] {
        &self.fields
    }
}

impl FieldPlan {
    /// Wire name of the field.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    /// Whether a value is the field's value for "unknown".
    #[must_use]
    pub fn is_sentinel(&self, value: &Node) -> bool {
        is_sentinel(value, &self.sentinels)
    }
}

struct Builder<'a> {
    locked: Option<&'a LockedEvent>,
    version: Version,
    fields: Vec<FieldPlan>,
}

impl Builder<'_> {
    fn object(&mut self, object: &Object, parents: &[String]) -> Fields {
        let mut found = Fields {
            closed: object.closed,
            at: Vec::with_capacity(object.fields.len()),
        };
        for field in &object.fields {
            let mut path = parents.to_vec();
            path.push(field.name.clone());
            let locked = self.locked.and_then(|event| event.field(&path));
            let shape = without_lists(&field.ty);
            let (kind, choices) = choices(shape, locked, self.version);
            let at = self.fields.len();
            found.at.push(at);
            self.fields.push(FieldPlan {
                path: path.clone(),
                required: field.required,
                sentinels: self.sentinels(&field.ty.shape, locked),
                kind,
                choices,
                since: locked.and_then(|it| it.since),
                retired: locked.and_then(|it| it.retired),
                code: locked.and_then(|it| it.code.clone()),
                ty: field.ty.clone(),
                range: locked.and_then(|it| it.range.as_ref()).map(range),
                max_items: locked.and_then(|it| it.max_items),
                inner: Fields::default(),
            });
            if let Shape::Object(object) = shape {
                let inner = self.object(object, &path);
                if let Some(field) = self.fields.get_mut(at) {
                    field.inner = inner;
                }
            }
        }
        found
    }

    /// A lock names the sentinels. Without one, the two usual ones are assumed.
    fn sentinels(&self, shape: &Shape, locked: Option<&LockedField>) -> Vec<Value> {
        match (self.locked, shape) {
            (Some(_), _) => locked
                .and_then(|it| it.sentinel.clone())
                .into_iter()
                .collect(),
            (None, Shape::Integer(_) | Shape::Number(_)) => vec![Value::from(-1)],
            (None, Shape::Text { .. } | Shape::Enum(_)) => vec![Value::from("undefined")],
            (None, _) => Vec::new(),
        }
    }
}

fn without_lists(ty: &Type) -> &Shape {
    let mut shape = &*ty.shape;
    while let Shape::List { items, .. } = shape {
        shape = &items.shape;
    }
    shape
}

/// `{"min": ..., "max": ...}` of a lock.
fn range(value: &Value) -> Range {
    let bound = |key: &str| {
        let value = value.get(key)?;
        let whole = value
            .as_i64()
            .map(i128::from)
            .or_else(|| value.as_u64().map(i128::from));
        whole
            .map(Bound::Integer)
            .or_else(|| value.as_f64().map(Bound::Float))
    };
    Range {
        min: bound("min"),
        max: bound("max"),
    }
}
