//! The recipient, the responsible party and the retention of a product's events.
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
}

impl DisclosureFacts {
    pub(super) const NOTHING: Self = Self {
        recipient: None,
        responsible: None,
        retention: None,
        policy: None,
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
}
