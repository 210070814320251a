//! The values that the events of one envelope share.

use std::borrow::Cow;

use super::constants::{EnvelopeConstants, Settable, UNDEFINED};
use crate::event::descriptor::GdprCategory;

/// The values that all events of an envelope share.
///
/// Unset values are `"undefined"`, those of the opt-in keys `"None"`. The event protocol is `"1.6"`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EnvelopeContext {
    /// Name of the product.
    #[cfg(feature = "otlp")]
    pub(in crate::wire) product: &'static str,
    pub(in crate::wire) client_id: Cow<'static, str>,
    pub(in crate::wire) client_version: Cow<'static, str>,
    pub(crate) session_id: Cow<'static, str>,
    pub(in crate::wire) schema_version: Cow<'static, str>,
    pub(in crate::wire) system_version: Cow<'static, str>,
    pub(super) constants: EnvelopeConstants,
}

impl EnvelopeContext {
    /// A context of the product family `client_id`: `clientId`.
    #[must_use]
    pub fn new(client_id: impl Into<Cow<'static, str>>) -> Self {
        Self {
            #[cfg(feature = "otlp")]
            product: UNDEFINED,
            client_id: client_id.into(),
            client_version: UNDEFINED.into(),
            session_id: UNDEFINED.into(),
            schema_version: UNDEFINED.into(),
            system_version: UNDEFINED.into(),
            constants: EnvelopeConstants::UNSET,
        }
    }

    /// Sets `clientVer`, the version of the product.
    #[must_use]
    pub fn client_version(mut self, version: impl Into<Cow<'static, str>>) -> Self {
        self.client_version = version.into();
        self
    }

    /// Sets `sessionId`, a random id per process or invocation.
    #[must_use]
    pub fn session_id(mut self, id: impl Into<Cow<'static, str>>) -> Self {
        self.session_id = id.into();
        self
    }

    /// Sets `eventSchemaVer`, the schema version of all events in the envelope.
    #[must_use]
    pub fn schema_version(mut self, version: impl Into<Cow<'static, str>>) -> Self {
        self.schema_version = version.into();
        self
    }

    /// Sets `eventSysVer`, the name and version of the telemetry system.
    #[must_use]
    pub fn system_version(mut self, version: impl Into<Cow<'static, str>>) -> Self {
        self.system_version = version.into();
        self
    }

    /// Sets `deviceOS`, the operating system for which the program was built.
    #[must_use]
    pub fn device_os(mut self, name: &'static str) -> Self {
        self.constants = self.constants.set(Settable::DeviceOs, name);
        self
    }

    /// Sets `productName`, the name of the product.
    #[must_use]
    pub fn product_name(mut self, name: &'static str) -> Self {
        self.constants = self.constants.set(Settable::ProductName, name);
        self
    }

    /// Sets `productVersion`, a version of the product beside `clientVer`.
    #[must_use]
    pub fn product_version(mut self, version: &'static str) -> Self {
        self.constants = self.constants.set(Settable::ProductVersion, version);
        self
    }

    /// Sets `gdprFuncOptIn`, `gdprTechOptIn` or `gdprBehOptIn`, such as `"Full"`. Default: `"None"`.
    #[must_use]
    pub fn gdpr_opt_in(mut self, category: GdprCategory, value: &'static str) -> Self {
        self.constants = self.constants.set(Settable::opt_in(category), value);
        self
    }

    /// Sets the name of the product.
    #[cfg(feature = "otlp")]
    pub(crate) fn product(mut self, name: &'static str) -> Self {
        self.product = name;
        self
    }

    /// Sets all constants of a product.
    pub(crate) fn constants(mut self, constants: EnvelopeConstants) -> Self {
        self.constants = constants;
        self
    }
}
