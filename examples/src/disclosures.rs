//! Disclosures of the products. The one that the Agent Toolkit shows is in its own folder.

use telemetry_runtime::Disclosure;

use crate::{agent_toolkit, anonymizer, data_designer, guardrails, openshell, safe_synthesizer};

/// Disclosure of the Agent Toolkit, for the lock.
pub static AGENT_TOOLKIT: Disclosure = Disclosure::new(&agent_toolkit::DISCLOSED);

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
