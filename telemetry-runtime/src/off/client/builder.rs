//! Settings without content.

use std::{ffi::OsString, fmt, marker::PhantomData, time::Duration};

use super::{guard::TelemetryGuard, profile::Profile};
use crate::{
    delivery::loss::LossReport,
    event::values::SessionId,
    off::ignored,
    product::policy::Policy,
    transport::{ApiKey, Transport},
};

#[must_use = "nothing happens until `build` is called"]
pub struct ClientBuilder {
    /// The same auto traits as in a build with telemetry.
    nothing: PhantomData<Box<dyn Transport>>,
}

impl ClientBuilder {
    pub(super) fn new() -> Self {
        Self {
            nothing: PhantomData,
        }
    }

    ignored! {
        allow_insecure_endpoint(),
        api_key(ApiKey),
        client_version(impl Into<String>),
        disabled(),
        endpoint(impl Into<String>),
        env(impl Fn(&str) -> Option<OsString> + Send + Sync + 'static),
        exit_budget(Duration),
        flush_interval(Duration),
        max_batch_bytes(usize),
        max_batch_events(usize),
        max_event_bytes(usize),
        on_loss(impl FnMut(LossReport) + Send + 'static),
        policy(Policy),
        profile(Profile),
        queue_bytes(usize),
        session_id(SessionId),
        transport(impl Transport),
    }

    pub fn build(self) -> TelemetryGuard {
        TelemetryGuard::new()
    }
}

#[cfg(feature = "audit")]
impl ClientBuilder {
    ignored! { audit(impl Into<std::sync::Arc<crate::audit::AuditLog>>) }
}

#[cfg(feature = "spool")]
impl ClientBuilder {
    ignored! {
        durability(super::durability::Durability),
        sender(super::sender::SenderToken),
    }
}

#[cfg(feature = "consent")]
impl ClientBuilder {
    /// Asks nothing: the terminal is not used.
    pub fn ask_consent(
        self,
        _: &crate::consent::prompt::Prompt,
        _: &mut impl crate::consent::terminal::Terminal,
    ) -> Self {
        self
    }
}

#[cfg(feature = "testing")]
impl ClientBuilder {
    ignored! { clock(&crate::delivery::virtual_clock::VirtualClock) }

    pub(crate) fn captured(self) -> Self {
        self
    }

    #[doc(hidden)]
    pub fn refuse_threads(
        self,
        _: Duration,
        _: impl Fn(&'static str) -> bool + Send + Sync + 'static,
    ) -> Self {
        self
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").finish_non_exhaustive()
    }
}
