//! Rust declarations for the events of a document: the way in for a document that was written by hand.
//!
//! [`import`] fails if an event cannot be declared. Otherwise it also reports each difference between the
//! document and the one that the declarations write.
//!
//! **Invariants.** The text depends on the document and the options only.

mod checks;
mod names;
mod plan;
mod rust;
mod text;
mod types;
mod written;

use std::collections::HashSet;

use crate::{document::Document, error::Problem, slice};

pub use self::written::Difference;

/// The start of each text that the author must replace: reasons for free text, and missing descriptions.
///
/// A test in the imported file fails until they are replaced.
pub const PLACEHOLDER: &str = "REVIEW: ";

/// The name of a field in Rust, as a declaration that this module writes has it.
#[cfg(feature = "view")]
pub(crate) fn field_name(wire: &str) -> String {
    names::identifier(&names::Names::default().of_field(wire))
}

/// The name of a type in Rust for a wire name.
#[cfg(feature = "view")]
pub(crate) fn type_name(wire: &str) -> String {
    names::Names::of_types().of_type(&[names::pascal_case(wire), "Event".to_owned()])
}

/// The events to import, and the place of the document.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Wire names of the events; empty for every event.
    pub events: Vec<String>,
    /// Path of the document for `registry = "..."`, relative to the `Cargo.toml` of the package.
    pub registry: String,
}

/// The result of an import.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The text of a Rust module.
    pub rust: String,
    /// Number of texts that the author must replace; each begins with [`PLACEHOLDER`].
    pub placeholders: usize,
    /// The document that the registry of the declarations writes.
    pub document: String,
    /// Differences between the imported document and the written one.
    pub differences: Vec<Difference>,
}

/// The reason why there is no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The name is not an event of the document.
    UnknownEvent(String),
    /// Parts of the document that cannot be declared, in its order.
    Undeclarable(Vec<Problem>),
}

/// Declarations for the events of a document.
///
/// # Errors
///
/// A name in `options` is not an event, or a part of the document cannot be declared: the derive compares
/// an event with the whole document, so the parts without the named events matter, too.
///
/// ```
/// use telemetry_tool::{document, import::{Options, import}};
///
/// let text = br##"{
///     "$schema": "http://json-schema.org/draft-07/schema#",
///     "description": "Events of a program.",
///     "schemaMeta": {"clientName": "Program", "clientId": "1", "schemaVersion": "1.4"},
///     "definitions": {
///         "events": {
///             "run": {
///                 "description": "One run.",
///                 "type": "object",
///                 "eventMeta": {"service": "telemetry", "gdpr": {"category": "functional"}},
///                 "properties": {"isDryRun": {"type": "boolean", "description": "Whether it only prints."}},
///                 "additionalProperties": false,
///                 "required": ["isDryRun"]
///             }
///         }
///     },
///     "oneOf": [{"$ref": "#/definitions/events/run"}]
/// }"##;
/// let document = document::read("events.json", text).unwrap();
/// let options = Options { registry: "events.json".to_owned(), ..Options::default() };
/// let imported = import(&document, &options).unwrap();
/// assert!(imported.rust.contains("    /// Whether it only prints.\n    pub is_dry_run: bool,\n"));
/// assert_eq!(imported.placeholders, 0);
/// ```
pub fn import(document: &Document, options: &Options) -> Result<Imported, Refused> {
    let all = || document.events.iter().map(|event| event.name.as_str());
    let named: HashSet<&str> = options.events.iter().map(String::as_str).collect();
    if let Some(unknown) = options
        .events
        .iter()
        .find(|name| document.event(name).is_none())
    {
        return Err(Refused::UnknownEvent(unknown.clone()));
    }
    let names: Vec<&str> = all()
        .filter(|name| named.is_empty() || named.contains(name))
        .collect();
    let plan = plan::plan(document, &names).map_err(Refused::Undeclarable)?;
    let rust = rust::module(&plan, &options.registry);
    let written = written::document(&plan);
    let original = match slice::slice(document, &names) {
        Ok(sliced) if names.len() < document.events.len() => sliced,
        _ => document.json.clone(),
    };
    let placeholders = plan.placeholders();
    Ok(Imported {
        rust,
        placeholders,
        differences: written::differences(&original, &written),
        document: crate::json::to_text(&written),
    })
}
