//! What the products disclose: to each the event that it sends. The Agent Toolkit asks for consent,
//! and has its own beside the question.

use telemetry_runtime::{Disclosure, TelemetryEvent};

use crate::{
    anonymizer, anonymizer::AnonymizerEvent, data_designer, data_designer::InferenceEvent,
    guardrails, guardrails::GuardrailsUsageEvent, safe_synthesizer,
    safe_synthesizer::TrainAndGenerationEvent,
};

/// Everything that the Anonymizer sends, and who decides.
pub static ANONYMIZER: Disclosure =
    Disclosure::new(&anonymizer::ANONYMIZER, &[AnonymizerEvent::DESCRIPTOR]);

/// The same of Data Designer.
pub static DATA_DESIGNER: Disclosure =
    Disclosure::new(&data_designer::DATA_DESIGNER, &[InferenceEvent::DESCRIPTOR]);

/// The same of Guardrails.
pub static GUARDRAILS: Disclosure =
    Disclosure::new(&guardrails::GUARDRAILS, &[GuardrailsUsageEvent::DESCRIPTOR]);

/// The same of Safe Synthesizer.
pub static SAFE_SYNTHESIZER: Disclosure = Disclosure::new(
    &safe_synthesizer::SAFE_SYNTHESIZER,
    &[TrainAndGenerationEvent::DESCRIPTOR],
);
