//! Replaces `client`: a client without content, which records and holds nothing.

#![allow(
    missing_docs,
    reason = "the documentation is that of the replaced items"
)]

pub(crate) mod builder;
#[cfg(feature = "spool")]
#[path = "../../client/durability.rs"]
pub(crate) mod durability;
pub mod global;
pub(crate) mod guard;
pub(crate) mod profile;
#[cfg(feature = "spool")]
pub(crate) mod sender;
pub(crate) mod summary;

use std::{
    fmt,
    future::{Future, ready},
    time::{Duration, SystemTime},
};

use self::builder::ClientBuilder;
use crate::{
    decision::Decision,
    delivery::{
        health::{Accepted, Counters, Health, RecordError},
        heartbeat::HeartbeatContext,
        queue::FlushOutcome,
    },
    event::{TelemetryEvent, values::SessionId},
    product::Product,
    transport::ApiKeyProblem,
};

#[derive(Clone)]
pub struct Client {
    nothing: (),
}

impl Client {
    pub fn builder(_: &'static Product) -> ClientBuilder {
        ClientBuilder::new()
    }

    #[inline]
    pub fn record<E: TelemetryEvent>(&self, _: &E) {}

    #[inline]
    pub fn record_with<E: TelemetryEvent>(&self, _: impl FnOnce() -> E) {}

    #[inline]
    pub fn try_record<E: TelemetryEvent>(&self, _: &E) -> Result<Accepted, RecordError> {
        Err(RecordError::Off)
    }

    #[inline]
    pub fn record_at<E: TelemetryEvent>(&self, _: &E, _: SystemTime) {}

    #[inline]
    pub fn try_record_at<E: TelemetryEvent>(
        &self,
        _: &E,
        _: SystemTime,
    ) -> Result<Accepted, RecordError> {
        Err(RecordError::Off)
    }

    #[must_use = "false means that no heartbeat was started: telemetry is off, or the event has one already"]
    pub fn heartbeat<E>(
        &self,
        _interval: Duration,
        _event: E,
        _update: impl FnMut(&mut E, &HeartbeatContext) + Clone + Send + 'static,
    ) -> bool
    where
        E: TelemetryEvent + Clone + Send + 'static,
    {
        false
    }

    pub fn flush(&self, _: Duration) -> FlushOutcome {
        FlushOutcome::Complete
    }

    pub fn flush_async(
        &self,
        timeout: Duration,
    ) -> impl Future<Output = FlushOutcome> + Send + Unpin + use<> {
        ready(self.flush(timeout))
    }

    pub fn shutdown(&self, _: Duration) -> FlushOutcome {
        FlushOutcome::Complete
    }

    pub fn shutdown_async(
        &self,
        timeout: Duration,
    ) -> impl Future<Output = FlushOutcome> + Send + Unpin + use<> {
        ready(self.shutdown(timeout))
    }

    #[inline]
    #[must_use]
    pub fn is_on(&self) -> bool {
        false
    }

    #[must_use]
    pub fn decision(&self) -> Decision {
        Decision::COMPILED_OUT
    }

    #[must_use]
    pub fn session_id(&self) -> SessionId {
        SessionId::undefined()
    }

    #[must_use]
    pub fn child_env(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    #[must_use]
    pub fn api_key_problem(&self) -> Option<ApiKeyProblem> {
        None
    }

    #[must_use]
    pub fn health(&self) -> Health {
        Health {
            held: 0,
            last_failure: None,
            last_status: None,
            panics: 0,
            slow_hooks: 0,
            counters: Counters::default(),
        }
    }

    #[cfg(feature = "audit")]
    #[must_use]
    pub fn audit(&self) -> Option<&crate::audit::AuditLog> {
        None
    }

    pub fn opt_out(&self) {}

    pub fn recheck(&self) -> Decision {
        self.decision()
    }

    #[cfg(feature = "testing")]
    pub(crate) fn first_undisclosed(
        &self,
    ) -> Option<&'static crate::event::descriptor::EventDescriptor> {
        None
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("decision", &self.decision())
            .finish_non_exhaustive()
    }
}
