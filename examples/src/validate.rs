//! Checks what was sent against the checked-in documents in `schemas/`.
//!
//! Parameters are validated through an event-scoped root: the document without its `oneOf` and with
//! a reference to the one event. Through the `oneOf` every mistake would read "not valid under any
//! of the schemas"; scoped, each names its field. Values are masked: a message never repeats what
//! an event holds.

use std::{fmt, fs, path::Path};

use jsonschema::Validator;
use serde_json::Value;

/// A checked-in document, read when it is needed: this package has to compile without it, because
/// its schema tool is what writes it.
fn document(name: &str) -> Result<Value, Invalid> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas");
    let text = fs::read_to_string(folder.join(name))
        .map_err(|error| Invalid::because(format_args!("`schemas/{name}`: {error}")))?;
    serde_json::from_str(&text).map_err(Invalid::because)
}

/// Why a value is not what its document says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid(Vec<String>);

impl Invalid {
    fn because(reason: impl fmt::Display) -> Self {
        Self(vec![reason.to_string()])
    }

    /// One text for each mistake.
    #[must_use]
    pub fn mistakes(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

impl std::error::Error for Invalid {}

/// What is checked in, compiled once: a validator for each event and one for the envelope.
#[derive(Debug)]
pub struct Schemas {
    events: Vec<(String, Validator)>,
    envelope: Validator,
}

impl Schemas {
    /// The documents in `schemas/`.
    ///
    /// # Errors
    ///
    /// When one of them cannot be read or is not a JSON Schema.
    pub fn checked_in() -> Result<Self, Invalid> {
        let registry = document("anonymous_events.json")?;
        let envelope = document("envelope.json")?;
        let events = registry.pointer("/definitions/events");
        let events = events.and_then(Value::as_object).into_iter().flatten();
        let events = events.map(|(name, _)| {
            let validator = compile(&event_scoped(&registry, name))?;
            Ok((name.clone(), validator))
        });
        Ok(Self {
            events: events.collect::<Result<_, _>>()?,
            envelope: compile(&envelope)?,
        })
    }

    /// Validates the parameters of the event `name`.
    ///
    /// # Errors
    ///
    /// Every mistake, or that the registry has no such event.
    pub fn parameters(&self, name: &str, parameters: &Value) -> Result<(), Invalid> {
        let event = self.events.iter().find(|(event, _)| event == name);
        let (_, validator) =
            event.ok_or_else(|| Invalid::because(format_args!("no event is called `{name}`")))?;
        check(validator, parameters)
    }

    /// Validates an envelope and the parameters of every event in it.
    ///
    /// # Errors
    ///
    /// Every mistake.
    pub fn envelope(&self, envelope: &Value) -> Result<(), Invalid> {
        check(&self.envelope, envelope)?;
        let events = envelope.get("events").and_then(Value::as_array);
        for event in events.into_iter().flatten() {
            let name = event.get("name").and_then(Value::as_str);
            let parameters = event.get("parameters").unwrap_or(&Value::Null);
            self.parameters(name.unwrap_or_default(), parameters)?;
        }
        Ok(())
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
    let mistakes: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {}", error.instance_path(), error.masked()))
        .collect();
    if mistakes.is_empty() {
        Ok(())
    } else {
        Err(Invalid(mistakes))
    }
}
