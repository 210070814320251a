//! The parts of a registry as `telemetry_registry!` receives them: plain data, without behaviour.

use crate::event::descriptor::{EventDescriptor, FieldType};

/// Name of the shared integer type in `definitions.types`.
pub(super) const INTEGER: &str = "RestrictedTelemetryInteger";

/// The parts of a registry, in the order of the macro's keys.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Declaration {
    pub client_name: &'static str,
    pub client_id: &'static str,
    pub version: &'static str,
    pub description: &'static str,
    pub require_why_since: Option<&'static str>,
    pub types: &'static [FieldType],
    pub events: &'static [&'static EventDescriptor],
}
