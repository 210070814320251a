//! Disclosures of the products that do not ask for consent. The Agent Toolkit's is in its own folder.

use telemetry_runtime::{Disclosure, TelemetryEvent};

use crate::{
    anonymizer, anonymizer::AnonymizerEvent, data_designer, data_designer::InferenceEvent,
    guardrails, guardrails::GuardrailsUsageEvent, safe_synthesizer,
    safe_synthesizer::TrainAndGenerationEvent,
};

/// Disclosure of Anonymizer.
pub static ANONYMIZER: Disclosure =
    Disclosure::new(&anonymizer::ANONYMIZER, &[AnonymizerEvent::DESCRIPTOR]);

/// Disclosure of Data Designer.
pub static DATA_DESIGNER: Disclosure =
    Disclosure::new(&data_designer::DATA_DESIGNER, &[InferenceEvent::DESCRIPTOR]);

/// Disclosure of Guardrails.
pub static GUARDRAILS: Disclosure =
    Disclosure::new(&guardrails::GUARDRAILS, &[GuardrailsUsageEvent::DESCRIPTOR]);

/// Disclosure of Safe Synthesizer.
pub static SAFE_SYNTHESIZER: Disclosure = Disclosure::new(
    &safe_synthesizer::SAFE_SYNTHESIZER,
    &[TrainAndGenerationEvent::DESCRIPTOR],
);
