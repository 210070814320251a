//! The constants of a product in the envelope, and products without a session id.

use super::Product;
use crate::{event::descriptor::GdprCategory, wire::constants::Settable};

/// Constants of the envelope. No other key can be set: the keys for a user, an account or a device are
/// `undefined` in every envelope. If a value is not valid, the client is off and its decision names the
/// error.
impl Product {
    /// Sets the envelope's `deviceOS`: 1 to 64 characters of `0-9 A-Z a-z . + _ -`. Default:
    /// `undefined`.
    ///
    /// ```
    /// use telemetry_runtime::Product;
    ///
    /// static MY_TOOL: Product = Product::new("my-tool").device_os(std::env::consts::OS);
    /// ```
    #[must_use]
    pub const fn device_os(mut self, name: &'static str) -> Self {
        self.envelope = self.envelope.set(Settable::DeviceOs, name);
        self
    }

    /// Sets the envelope's `productName`: words of 1 to 64 characters together, of
    /// `0-9 A-Z a-z . + _ -`, separated by single spaces. Default: `undefined`.
    ///
    /// ```
    /// use telemetry_runtime::Product;
    ///
    /// static MY_TOOL: Product = Product::new("my-tool")
    ///     .product_name("My Tool")
    ///     .product_version("2026.1");
    /// ```
    #[must_use]
    pub const fn product_name(mut self, name: &'static str) -> Self {
        self.envelope = self.envelope.set(Settable::ProductName, name);
        self
    }

    /// Sets the envelope's `productVersion`, beside `clientVer`: 1 to 64 characters of
    /// `0-9 A-Z a-z . + _ -`. Default: `undefined`.
    #[must_use]
    pub const fn product_version(mut self, version: &'static str) -> Self {
        self.envelope = self.envelope.set(Settable::ProductVersion, version);
        self
    }

    /// Sets the envelope's opt-in value for a category of data: `gdprFuncOptIn`, `gdprTechOptIn` or
    /// `gdprBehOptIn`. The value has 1 to 64 characters of `0-9 A-Z a-z . + _ -`. Default: `None`. The
    /// value is a constant of the product and does not depend on the answer of the user.
    ///
    /// ```
    /// use telemetry_runtime::{Product, descriptor::GdprCategory};
    ///
    /// static MY_TOOL: Product =
    ///     Product::new("my-tool").gdpr_opt_in(GdprCategory::Functional, "Full");
    /// ```
    #[must_use]
    pub const fn gdpr_opt_in(mut self, category: GdprCategory, value: &'static str) -> Self {
        self.envelope = self.envelope.set(Settable::opt_in(category), value);
        self
    }

    /// Sets the envelope's `sessionId` to `undefined`. The recipient then cannot connect requests of the
    /// same run by their session id.
    ///
    /// [`Client::session_id`](crate::Client::session_id) returns `undefined`, also in a child of `fork`
    /// and after a new consent. A session id from
    /// [`ClientBuilder::session_id`](crate::ClientBuilder::session_id) is ignored. A product that also
    /// declares a [session prefix](Self::session_prefix) or its
    /// [variable](Self::session_prefix_variable) has a client that is off, and its decision names the
    /// error.
    ///
    /// ```
    /// use telemetry_runtime::{Client, Product};
    ///
    /// static MY_TOOL: Product = Product::new("my-tool").no_session();
    ///
    /// let telemetry = Client::builder(&MY_TOOL).env(|_| None).build();
    /// assert_eq!(telemetry.session_id().as_str(), "undefined");
    /// ```
    #[must_use]
    pub const fn no_session(mut self) -> Self {
        self.session = false;
        self
    }

    /// A sentence about the first declaration for the envelope that is not valid.
    pub(crate) fn envelope_problem(&self) -> Option<String> {
        let prefix = !self.session_prefix.is_empty() || self.session_prefix_variable.is_some();
        if !self.session && prefix {
            return Some(
                "the product declares both `no_session` and a session prefix; remove one of them"
                    .to_owned(),
            );
        }
        self.envelope.problem()
    }
}
