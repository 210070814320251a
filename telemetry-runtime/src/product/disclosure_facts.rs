//! The recipient, the responsible party and the retention of a product's events, and the data that the
//! recipient derives from the connection.
//!
//! **Invariants.** These facts are text for users and have no defaults. `Disclosure::check` (feature
//! `schema`) reports a missing fact to the developers of the product.

use super::Product;

/// Names and sentences for users, not evaluated by code.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DisclosureFacts {
    pub(crate) recipient: Option<&'static str>,
    pub(crate) responsible: Option<&'static str>,
    pub(crate) retention: Option<&'static str>,
    pub(crate) policy: Option<&'static str>,
    pub(crate) derived: Option<&'static str>,
}

impl DisclosureFacts {
    pub(super) const NOTHING: Self = Self {
        recipient: None,
        responsible: None,
        retention: None,
        policy: None,
        derived: None,
    };
}

impl Product {
    /// The name of the recipient of the events, such as "Example Corporation".
    #[must_use]
    pub const fn recipient(mut self, name: &'static str) -> Self {
        self.disclosure_facts.recipient = Some(name);
        self
    }

    /// The responsible party and its contact, such as "Example Corporation, privacy@example.org".
    #[must_use]
    pub const fn responsible(mut self, party: &'static str) -> Self {
        self.disclosure_facts.responsible = Some(party);
        self
    }

    /// How long the recipient keeps the events, in words, such as "13 months".
    #[must_use]
    pub const fn retention(mut self, period: &'static str) -> Self {
        self.disclosure_facts.retention = Some(period);
        self
    }

    /// The URL of the recipient's privacy policy.
    #[must_use]
    pub const fn privacy_policy(mut self, url: &'static str) -> Self {
        self.disclosure_facts.policy = Some(url);
        self
    }

    /// The data that the recipient derives from the connection of a request, such as "the country of the
    /// IP address". The disclosure shows it beside the data that any server sees. A change requires a new
    /// consent: the digest of the disclosure covers it. Default: none, and the disclosure has no such
    /// sentence.
    ///
    /// ```
    /// # #[cfg(feature = "schema")] {
    /// use telemetry_runtime::{Disclosure, Product};
    ///
    /// static MY_TOOL: Product =
    ///     Product::new("my-tool").derived_from_connection("the country of the IP address");
    ///
    /// let text = Disclosure::new(&MY_TOOL).text(usize::MAX);
    /// let sentence = "The recipient derives from the connection: the country of the IP address.";
    /// assert!(text.contains(sentence));
    /// # }
    /// ```
    #[must_use]
    pub const fn derived_from_connection(mut self, data: &'static str) -> Self {
        self.disclosure_facts.derived = Some(data);
        self
    }
}
