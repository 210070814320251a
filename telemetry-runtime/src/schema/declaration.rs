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
    pub disclosures: &'static [fn() -> DisclosedData],
}

/// A disclosure in `disclosures` of `telemetry_registry!`. Its implementation is in a higher folder.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a disclosure",
    label = "not a `Disclosure`",
    note = "`disclosures` lists statics of the type `Disclosure`, such as `static TOOL: Disclosure = Disclosure::new(&PRODUCT)`"
)]
pub trait Disclosed {
    /// The facts for the lock.
    fn disclosed(self) -> DisclosedData;
}

/// The facts of a disclosure that the lock contains.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct DisclosedData {
    pub product: &'static str,
    /// Of the disclosed data, independent of the prompt version.
    pub digest: String,
}
