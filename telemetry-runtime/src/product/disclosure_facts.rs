//! What a product discloses about itself: who receives its events, who answers for them and how
//! long they are kept.
//!
//! Facts in plain text for people, without defaults: what a product does not say is told to its
//! developers by `Disclosure::check` (feature `schema`), and never made up.

use super::Product;

/// Sentences and names that only people read.
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
    /// Who receives the events, by name: "NVIDIA".
    #[must_use]
    pub const fn recipient(mut self, name: &'static str) -> Self {
        self.disclosure_facts.recipient = Some(name);
        self
    }

    /// Who answers for the events and how to reach them: "NVIDIA Corporation, privacy@example.org".
    #[must_use]
    pub const fn responsible(mut self, party: &'static str) -> Self {
        self.disclosure_facts.responsible = Some(party);
        self
    }

    /// How long the recipient keeps the events, in words: "13 months".
    #[must_use]
    pub const fn retention(mut self, period: &'static str) -> Self {
        self.disclosure_facts.retention = Some(period);
        self
    }

    /// Address of the recipient's privacy policy.
    #[must_use]
    pub const fn privacy_policy(mut self, url: &'static str) -> Self {
        self.disclosure_facts.policy = Some(url);
        self
    }
}
