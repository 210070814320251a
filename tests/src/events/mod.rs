//! Events built from the inputs of the vectors, through the same setters that programs use.

mod builders;
pub mod historical;
mod values;

use std::time::SystemTime;

use serde_json::{Map, Value};
use telemetry_examples::{
    agent_toolkit::NatCliCommand, anonymizer::AnonymizerEvent, data_designer::InferenceEvent,
    guardrails::GuardrailsUsageEvent, safe_synthesizer::TrainAndGenerationEvent,
};
use telemetry_runtime::{
    Client, TelemetryEvent,
    envelope::{EnvelopeBuilder, SchemaVersionMismatch},
};

/// An event of one of the five products.
#[derive(Debug, Clone)]
pub enum Event {
    /// `guardrails_usage_event`
    Guardrails(Box<GuardrailsUsageEvent>),
    /// `anonymizer_event`
    Anonymizer(Box<AnonymizerEvent>),
    /// `anonymizer_event` 1.7
    Anonymizer1_7(Box<historical::AnonymizerEvent>),
    /// `train_and_generation_event`
    SafeSynthesizer(Box<TrainAndGenerationEvent>),
    /// `train_and_generation_event` 1.4
    SafeSynthesizer1_4(Box<historical::TrainAndGenerationEvent>),
    /// `nat_cli_command`
    AgentToolkit(Box<NatCliCommand>),
    /// `inference_event`
    DataDesigner(Box<InferenceEvent>),
}

/// Why an input cannot be given to the typed event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotExpressible(pub String);

macro_rules! each {
    ($event:expr, $e:ident => $body:expr) => {
        match $event {
            Event::Guardrails($e) => $body,
            Event::Anonymizer($e) => $body,
            Event::Anonymizer1_7($e) => $body,
            Event::SafeSynthesizer($e) => $body,
            Event::SafeSynthesizer1_4($e) => $body,
            Event::AgentToolkit($e) => $body,
            Event::DataDesigner($e) => $body,
        }
    };
}

/// The schema version of an event in the vectors `events` and `envelopes`, which are older than the
/// released ones.
#[must_use]
pub fn recorded_version(name: &str) -> &'static str {
    match name {
        "guardrails_usage_event" | "anonymizer_event" => "1.7",
        "train_and_generation_event" => "1.4",
        "nat_cli_command" => "1.5",
        "inference_event" => "1.9",
        other => panic!("no product declares `{other}`"),
    }
}

impl Event {
    /// The event `name` of a schema version, with the fields that `input` sets.
    ///
    /// # Errors
    ///
    /// [`NotExpressible`] when a value does not fit its field's type or has no field.
    pub fn build(
        name: &str,
        version: &str,
        input: &Map<String, Value>,
    ) -> Result<Self, NotExpressible> {
        match (name, version) {
            ("guardrails_usage_event", "1.7") => {
                builders::guardrails_event(input).map(Self::Guardrails)
            }
            ("anonymizer_event", "1.9") => builders::anonymizer_event(input).map(Self::Anonymizer),
            ("anonymizer_event", "1.7") => {
                builders::anonymizer_event_1_7(input).map(Self::Anonymizer1_7)
            }
            ("train_and_generation_event", "1.9") => {
                builders::train_and_generation_event(input).map(Self::SafeSynthesizer)
            }
            ("train_and_generation_event", "1.4") => {
                builders::train_and_generation_event_1_4(input).map(Self::SafeSynthesizer1_4)
            }
            ("nat_cli_command", "1.5") => builders::nat_cli_command(input).map(Self::AgentToolkit),
            ("inference_event", "1.9") => builders::inference_event(input).map(Self::DataDesigner),
            _ => panic!("no product declares `{name}` {version}"),
        }
    }

    /// The event `name` of the version that the vectors `events` and `envelopes` were recorded from.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build).
    pub fn recorded(name: &str, input: &Map<String, Value>) -> Result<Self, NotExpressible> {
        Self::build(name, recorded_version(name), input)
    }

    /// The parameters as the writer puts them on the wire.
    #[must_use]
    pub fn written(&self) -> String {
        each!(self, event => event.parameters().to_json())
    }

    /// The parameters as serde_json writes them.
    #[must_use]
    pub fn serialized(&self) -> Vec<u8> {
        each!(self, event => serde_json::to_vec(&event.parameters()).expect("plain data"))
    }

    /// Schema version of the event.
    #[must_use]
    pub fn schema_version(&self) -> &'static str {
        fn of<E: TelemetryEvent>(_: &E) -> &'static str {
            E::SCHEMA_VERSION
        }
        each!(self, event => of(&**event))
    }

    /// Name of the event.
    #[must_use]
    pub fn name(&self) -> &'static str {
        fn of<E: TelemetryEvent>(_: &E) -> &'static str {
            E::EVENT_NAME
        }
        each!(self, event => of(&**event))
    }

    /// Records the event.
    pub fn record(&self, client: &Client) {
        each!(self, event => client.record(&**event));
    }

    /// Adds the event to an envelope.
    ///
    /// # Errors
    ///
    /// As [`EnvelopeBuilder::push`].
    pub fn push_to(
        &self,
        envelope: &mut EnvelopeBuilder,
        at: SystemTime,
    ) -> Result<(), SchemaVersionMismatch> {
        each!(self, event => envelope.push(&**event, at))
    }
}
