//! Validates envelopes and events against the checked-in documents in `schemas/`.
//!
//! Each event has a validator of its own, whose root is a reference to that event instead of the
//! document's `oneOf`. An error then names the invalid field; the `oneOf` would report only "not
//! valid under any of the schemas". Errors mask values, so they never contain the content of an event.

use std::{fmt, fs, path::Path};

use jsonschema::Validator;
use serde_json::Value;

/// Reads a checked-in document at run time: the schema tool of this package writes it, so the package
/// must compile without it.
fn document(name: &str) -> Result<Value, Invalid> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas");
    let text = fs::read_to_string(folder.join(name))
        .map_err(|error| Invalid::because(format_args!("`schemas/{name}`: {error}")))?;
    serde_json::from_str(&text).map_err(Invalid::because)
}

/// Validation errors of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid(Vec<String>);

impl Invalid {
    fn because(reason: impl fmt::Display) -> Self {
        Self(vec![reason.to_string()])
    }

    /// One text for each error.
    #[must_use]
    pub fn errors(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

impl std::error::Error for Invalid {}

/// The documents of a registry: its events and its envelope.
const DOCUMENTS: [[&str; 2]; 2] = [
    ["anonymous_events.json", "envelope.json"],
    ["openshell_events.json", "openshell_envelope.json"],
];

/// Compiled validators of the checked-in documents: for each registry, one for each event and one for
/// the envelope.
#[derive(Debug)]
pub struct Schemas {
    registries: Vec<Registry>,
}

#[derive(Debug)]
struct Registry {
    documents: [&'static str; 2],
    events: Vec<(String, Validator)>,
    envelope: Validator,
}

impl Registry {
    fn checked_in(documents: [&'static str; 2]) -> Result<Self, Invalid> {
        let [registry, envelope] = documents;
        let registry = document(registry)?;
        let events = registry.pointer("/definitions/events");
        let events = events.and_then(Value::as_object).into_iter().flatten();
        let events = events.map(|(name, _)| {
            let validator = compile(&event_scoped(&registry, name))?;
            Ok((name.clone(), validator))
        });
        Ok(Self {
            documents,
            events: events.collect::<Result<_, _>>()?,
            envelope: compile(&document(envelope)?)?,
        })
    }

    fn event(&self, name: &str) -> Option<&Validator> {
        let mut events = self.events.iter();
        let (_, validator) = events.find(|(event, _)| event == name)?;
        Some(validator)
    }
}

impl Schemas {
    /// Compiles the documents in `schemas/`.
    ///
    /// # Errors
    ///
    /// When one of them cannot be read or is not a JSON Schema.
    pub fn checked_in() -> Result<Self, Invalid> {
        let registries = DOCUMENTS.into_iter().map(Registry::checked_in);
        Ok(Self {
            registries: registries.collect::<Result<_, _>>()?,
        })
    }

    /// Compiles a released document of the products and the schema of the envelope. `document` is a path
    /// below `schemas/`, such as `history/1.9.json`.
    ///
    /// # Errors
    ///
    /// When one of them cannot be read or is not a JSON Schema.
    pub fn released(document: &'static str) -> Result<Self, Invalid> {
        let [[_, envelope], _] = DOCUMENTS;
        let registries = vec![Registry::checked_in([document, envelope])?];
        Ok(Self { registries })
    }

    /// Validates the parameters of the event `name`.
    ///
    /// # Errors
    ///
    /// All validation errors, or one error if no registry has such an event.
    pub fn parameters(&self, name: &str, parameters: &Value) -> Result<(), Invalid> {
        let mut found = self.registries.iter().filter_map(|it| it.event(name));
        let unknown = || Invalid::because(format_args!("unknown event `{name}`"));
        check(found.next().ok_or_else(unknown)?, parameters)
    }

    /// Validates an envelope and the parameters of every event in it.
    ///
    /// # Errors
    ///
    /// All validation errors.
    pub fn envelope(&self, envelope: &Value) -> Result<(), Invalid> {
        if let Some(registry) = self.registry_of(envelope) {
            check(&registry.envelope, envelope)?;
        }
        let events = envelope.get("events").and_then(Value::as_array);
        for event in events.into_iter().flatten() {
            let name = event.get("name").and_then(Value::as_str);
            let parameters = event.get("parameters").unwrap_or(&Value::Null);
            self.parameters(name.unwrap_or_default(), parameters)?;
        }
        Ok(())
    }

    /// The names of the documents for the events and the envelope.
    #[must_use]
    pub fn documents(&self, envelope: &Value) -> Option<[&'static str; 2]> {
        self.registry_of(envelope).map(|it| it.documents)
    }

    /// The registry of the first event, or the first registry.
    fn registry_of(&self, envelope: &Value) -> Option<&Registry> {
        let name = envelope.pointer("/events/0/name").and_then(Value::as_str);
        let mut registries = self.registries.iter();
        let found = registries.find(|it| name.is_some_and(|name| it.event(name).is_some()));
        found.or(self.registries.first())
    }
}

/// The document with one event as its root.
fn event_scoped(registry: &Value, name: &str) -> Value {
    let mut scoped = registry.clone();
    if let Some(root) = scoped.as_object_mut() {
        root.shift_remove("oneOf");
        root.insert(
            "$ref".to_owned(),
            format!("#/definitions/events/{name}").into(),
        );
    }
    scoped
}

fn compile(document: &Value) -> Result<Validator, Invalid> {
    jsonschema::draft7::new(document).map_err(|error| Invalid::because(error.masked()))
}

fn check(validator: &Validator, value: &Value) -> Result<(), Invalid> {
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {}", error.instance_path(), error.masked()))
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Invalid(errors))
    }
}
