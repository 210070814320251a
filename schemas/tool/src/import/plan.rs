//! The declarations as data, and their order.

use std::collections::{BTreeMap, HashSet};

use crate::{
    document::{Document, Event, Meta, Object, Shape},
    error::Problem,
};

use super::{
    PLACEHOLDER,
    names::{self, Names},
    types::Types,
};

/// Name of the runtime's integer type in `definitions.types`.
pub(super) const INTEGER: &str = "RestrictedTelemetryInteger";
/// Longest name of an event or an enum.
const MAX_NAME: usize = 64;

/// A module with declarations.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) description: String,
    pub(super) meta: Meta,
    /// Indices of `enums`; `None` is the integer type.
    pub(super) listed: Vec<Option<usize>>,
    pub(super) enums: Vec<Enum>,
    pub(super) parts: Vec<Part>,
    pub(super) events: Vec<EventPlan>,
}

/// A doc comment.
#[derive(Debug, Clone)]
pub(super) struct Docs {
    /// Paragraphs, separated by line breaks.
    pub(super) text: String,
    /// Whether the document has no description.
    pub(super) is_placeholder: bool,
}

impl Docs {
    /// The text as the derive reads it, or a placeholder for `subject`.
    pub(super) fn of(description: &str, subject: &str) -> Self {
        let lines = description.split('\n').map(str::trim);
        let text: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
        let is_placeholder = text.is_empty();
        Self {
            text: if is_placeholder {
                format!("{PLACEHOLDER}describe {subject}.")
            } else {
                text.join("\n")
            },
            is_placeholder,
        }
    }
}

#[derive(Debug)]
pub(super) struct Enum {
    /// Key in `definitions.types`.
    pub(super) name: String,
    pub(super) ident: String,
    pub(super) docs: Docs,
    pub(super) values: Vec<EnumValue>,
}

#[derive(Debug)]
pub(super) struct EnumValue {
    pub(super) wire: String,
    pub(super) ident: String,
    pub(super) is_fallback: bool,
}

impl Enum {
    pub(super) fn has_fallback(&self) -> bool {
        self.values.iter().any(|value| value.is_fallback)
    }
}

/// The objects in a list.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) ident: String,
    pub(super) docs: String,
    pub(super) fields: Vec<FieldPlan>,
}

#[derive(Debug)]
pub(super) struct EventPlan {
    pub(super) name: String,
    pub(super) ident: String,
    pub(super) docs: Docs,
    pub(super) category: String,
    pub(super) purpose: String,
    pub(super) fields: Vec<FieldPlan>,
}

#[derive(Debug)]
pub(super) struct FieldPlan {
    pub(super) wire: String,
    /// Without `r#`.
    pub(super) name: String,
    pub(super) docs: Docs,
    pub(super) kind: Kind,
    /// Whether the type has no sentinel that the document allows.
    pub(super) is_required: bool,
    /// Ends of the range, as Rust literals.
    pub(super) range: [Option<String>; 2],
    pub(super) max_len: Option<u64>,
    pub(super) max_items: Option<u64>,
    pub(super) why: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Boolean,
    Integer,
    Number,
    Text,
    Enum(usize),
    Texts,
    Enums(usize),
    Objects(usize),
}

impl FieldPlan {
    pub(super) const fn is_free_text(&self) -> bool {
        matches!(self.kind, Kind::Text | Kind::Texts)
    }

    fn placeholders(&self) -> usize {
        usize::from(self.is_free_text()) + usize::from(self.docs.is_placeholder)
    }
}

impl Plan {
    /// Number of texts that the author must replace.
    pub(super) fn placeholders(&self) -> usize {
        let enums = self.enums.iter().filter(|it| it.docs.is_placeholder);
        let events = self.events.iter().filter(|it| it.docs.is_placeholder);
        let fields = self.fields().map(FieldPlan::placeholders);
        enums.count() + events.count() + fields.sum::<usize>()
    }

    /// The fields of events and of objects in lists.
    pub(super) fn fields(&self) -> impl Iterator<Item = &FieldPlan> {
        let events = self.events.iter().flat_map(|event| &event.fields);
        events.chain(self.parts.iter().flat_map(|part| &part.fields))
    }
}

/// The declarations of the named events, or every part of the document that cannot be declared.
pub(super) fn plan(document: &Document, named: &[&str]) -> Result<Plan, Vec<Problem>> {
    let mut problems = Vec::new();
    check_meta(document, &mut problems);
    let mut idents = Names::of_types();
    let mut event_idents = BTreeMap::new();
    for event in &document.events {
        let pascal = names::pascal_case(&event.name);
        let with_suffix = format!("{pascal}Event");
        event_idents.insert(event.name.as_str(), idents.of_type(&[pascal, with_suffix]));
    }
    let mut types = Types::new(document, idents);
    let used = references(document, named);
    let listed = types.shared(&used, &mut problems);
    let mut events = Vec::new();
    for event in &document.events {
        let ident = event_idents
            .get(event.name.as_str())
            .cloned()
            .unwrap_or_default();
        let before = problems.len();
        check_event(event, &mut problems);
        let is_named = named.contains(&event.name.as_str());
        let fields = types.fields(&event.payload, &ident, is_named, &mut problems);
        if !is_named {
            for problem in problems.iter_mut().skip(before) {
                problem.instead.push_str(
                    "; or write a document without the event with `telemetry-tool slice`",
                );
            }
            continue;
        }
        events.push(EventPlan {
            name: event.name.clone(),
            docs: Docs::of(&event.description, "this event"),
            category: event.gdpr.category.clone(),
            purpose: event.gdpr.description.clone(),
            ident,
            fields,
        });
    }
    check_pairs(document, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Plan {
        description: document.description.clone(),
        meta: document.meta.clone(),
        listed,
        enums: types.enums,
        parts: types.parts,
        events,
    })
}

/// The shared types of the named events, or every one if all events are named.
fn references<'a>(document: &'a Document, named: &[&str]) -> HashSet<&'a str> {
    let mut used = HashSet::new();
    if named.len() == document.events.len() {
        used.extend(document.types.iter().map(|ty| ty.name.as_str()));
    }
    for event in &document.events {
        if named.contains(&event.name.as_str()) {
            event.payload.references(&mut |name| {
                used.insert(name);
            });
        }
    }
    used
}

fn check_meta(document: &Document, problems: &mut Vec<Problem>) {
    let mut report = |key: &str, wrong: String, instead: &str| {
        let place = &document.meta_place;
        problems.push(
            Problem::new(wrong, instead)
                .at(place.position)
                .in_value(crate::json::join(&place.pointer, key)),
        );
    };
    let meta = &document.meta;
    for (key, value) in [
        ("clientName", &meta.client_name),
        ("clientId", &meta.client_id),
    ] {
        if value.is_none() {
            report(
                key,
                format!("the key `{key}` is missing"),
                "add it; the registry of the declarations has it",
            );
        }
    }
    if meta
        .personalization
        .as_deref()
        .is_some_and(|it| !it.is_empty())
    {
        report(
            "personalization",
            "`personalization` cannot be declared".to_owned(),
            "write an empty text; the runtime does not address users",
        );
    }
}

fn check_event(event: &Event, problems: &mut Vec<Problem>) {
    let mut report = |below: &str, wrong: String, instead: &str| {
        problems.push(
            Problem::new(wrong, instead)
                .at(event.place.position)
                .in_value(format!("{}{below}", event.place.pointer)),
        );
    };
    let name = &event.name;
    if !names::is_snake_case(name) || name.len() > MAX_NAME {
        report(
            "",
            format!("the event name `{name}` cannot be declared"),
            "write at most 64 lowercase letters, digits and `_`, beginning with a letter",
        );
    }
    if event.service != "telemetry" {
        report(
            "/eventMeta/service",
            format!("the service `{}` cannot be declared", event.service),
            "write \"telemetry\", the service of the runtime",
        );
    }
    let gdpr = &event.gdpr;
    if !["functional", "technical", "behavioral"].contains(&&*gdpr.category) {
        report(
            "/eventMeta/gdpr/category",
            format!("the category `{}` cannot be declared", gdpr.category),
            "write \"functional\", \"technical\" or \"behavioral\"",
        );
    }
    if !gdpr.personalization.is_empty() {
        report(
            "/eventMeta/gdpr/personalization",
            "`personalization` cannot be declared".to_owned(),
            "write an empty text; the runtime does not address users",
        );
    }
    if !event.payload.closed {
        report(
            "/additionalProperties",
            "an event with unknown fields cannot be declared".to_owned(),
            "write \"additionalProperties\": false, and list each field in `properties`",
        );
    }
}

/// A validator without the name of the event accepts the payload of either, so the runtime refuses them.
fn check_pairs(document: &Document, problems: &mut Vec<Problem>) {
    let mut known: BTreeMap<Vec<&str>, &str> = BTreeMap::new();
    for event in &document.events {
        let mut fields: Vec<_> = event.payload.fields.iter().map(|it| &*it.name).collect();
        fields.sort_unstable();
        if let Some(first) = known.get(&fields) {
            problems.push(
                Problem::new(
                    format!(
                        "the events `{first}` and `{}` have the same fields",
                        event.name
                    ),
                    "add a field to one of them, such as `eventType`, or merge them",
                )
                .at(event.place.position)
                .in_value(crate::json::join(&event.place.pointer, "properties")),
            );
        }
        known.entry(fields).or_insert(&event.name);
    }
}

/// Whether an object in a list contains single values only.
pub(super) fn is_flat(object: &Object) -> bool {
    object
        .fields
        .iter()
        .all(|field| !matches!(*field.ty.shape, Shape::List { .. } | Shape::Object(_)))
}
