//! Disclosures of the products that do not ask for consent. The Agent Toolkit's is in its own folder.

use telemetry_runtime::Disclosure;

use crate::{anonymizer, data_designer, guardrails, openshell, safe_synthesizer};

/// Disclosure of Anonymizer.
pub static ANONYMIZER: Disclosure = Disclosure::new(&anonymizer::ANONYMIZER);

/// Disclosure of Data Designer.
pub static DATA_DESIGNER: Disclosure = Disclosure::new(&data_designer::DATA_DESIGNER);

/// Disclosure of Guardrails.
pub static GUARDRAILS: Disclosure = Disclosure::new(&guardrails::GUARDRAILS);

/// Disclosure of OpenShell.
pub static OPENSHELL: Disclosure = Disclosure::new(&openshell::OPENSHELL);

/// Disclosure of Safe Synthesizer.
pub static SAFE_SYNTHESIZER: Disclosure = Disclosure::new(&safe_synthesizer::SAFE_SYNTHESIZER);
