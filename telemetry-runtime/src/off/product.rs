//! Replaces `product`: a product without content. The policy of a product is the same in both builds.

#![allow(
    missing_docs,
    reason = "the documentation is that of the replaced items"
)]

#[cfg(feature = "audit")]
#[path = "../product/audit_format.rs"]
pub(crate) mod audit_format;
#[path = "../product/policy/mod.rs"]
pub(crate) mod policy;

use self::policy::Policy;
use crate::{
    event::descriptor::{EventDescriptor, GdprCategory},
    off::ignored,
    transport::headers::Headers,
    wire::envelope::EventKeyOrder,
};

#[derive(Debug, Clone, Copy)]
pub struct Family {
    nothing: (),
}

impl Family {
    #[must_use]
    pub const fn new(_variable: &'static str) -> Self {
        Self { nothing: () }
    }

    ignored! { const administrator_folder(&'static str), system_version(&'static str) }
}

#[derive(Debug, Clone, Copy)]
pub struct Product {
    nothing: (),
}

impl Product {
    #[must_use]
    pub const fn new(_name: &'static str) -> Self {
        Self { nothing: () }
    }

    ignored! {
        const
        administrator_folder(&'static str),
        api_key_header(&'static str),
        client_id(&'static str),
        default_on(bool),
        derived_from_connection(&'static str),
        device_os(&'static str),
        enable_variable(&'static str),
        endpoint(&'static str),
        endpoint_variable(&'static str),
        event_key_order(EventKeyOrder),
        events(&'static [&'static [&'static EventDescriptor]]),
        family(Family),
        headers(Headers),
        marker_file(&'static str),
        marker_in_config_dir(&'static str),
        no_session(),
        opt_out_variables(&'static [&'static str]),
        policy(Policy),
        privacy_policy(&'static str),
        product_name(&'static str),
        product_version(&'static str),
        recipient(&'static str),
        responsible(&'static str),
        retention(&'static str),
        session_prefix(&'static str),
        session_prefix_variable(&'static str),
        session_variable(&'static str),
        system_version(&'static str),
        version(&'static str),
    }

    #[must_use]
    pub const fn gdpr_opt_in(self, _: GdprCategory, _: &'static str) -> Self {
        self
    }

    #[must_use]
    pub const fn name(&self) -> &'static str {
        ""
    }
}

#[cfg(feature = "audit")]
impl Product {
    ignored! {
        const
        audit_file(&'static str),
        audit_format(audit_format::AuditFormat),
        audit_in_state_dir(&'static str),
    }
}

#[cfg(feature = "otlp")]
impl Product {
    ignored! { const wire(crate::wire::wires::Wire) }
}

#[cfg(feature = "gzip")]
impl Product {
    ignored! { const gzip() }
}

#[cfg(feature = "consent")]
impl Product {
    ignored! { const requires_consent(crate::consent::settings::ProductConsent) }
}

#[cfg(feature = "spool")]
impl Product {
    ignored! { const spool_in_state_dir(&'static str) }
}
