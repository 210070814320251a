//! The request that a transport sends.

#[cfg(all(feature = "http", feature = "spool", not(feature = "off")))]
use super::permit;
#[cfg(not(feature = "off"))]
use super::shared_body;
#[cfg(feature = "otlp")]
use crate::wire::wires::Wire;

/// One envelope to be sent.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Request<'a> {
    /// The envelope, or the OTLP request, as JSON.
    pub body: &'a [u8],
    /// The number of events in the envelope, at least one.
    pub events: usize,
    /// The format of the body.
    #[cfg(feature = "otlp")]
    wire: Wire,
    /// The owner of the body, unless the request was created for a test or changed.
    #[cfg(all(feature = "http", not(feature = "off")))]
    owner: Option<&'a shared_body::SharedBody>,
    /// Asked before the last byte leaves.
    #[cfg(all(feature = "http", feature = "spool", not(feature = "off")))]
    permit: Option<&'a permit::SharedPermit>,
}

impl<'a> Request<'a> {
    /// A request for the test of a transport; in production the client creates it.
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// use telemetry_runtime::transport::{NullTransport, Outcome, Request, Transport};
    ///
    /// let deadline = Instant::now() + Duration::from_secs(5);
    /// let outcome = NullTransport.send(&Request::new(b"{}", 1), deadline);
    /// assert_eq!(outcome, Outcome::delivered());
    /// ```
    #[must_use]
    pub const fn new(body: &'a [u8], events: usize) -> Self {
        Self {
            body,
            events,
            #[cfg(feature = "otlp")]
            wire: Wire::Envelope,
            #[cfg(all(feature = "http", not(feature = "off")))]
            owner: None,
            #[cfg(all(feature = "http", feature = "spool", not(feature = "off")))]
            permit: None,
        }
    }

    /// The format of the body.
    #[cfg(feature = "otlp")]
    #[must_use]
    pub const fn wire(&self) -> Wire {
        self.wire
    }

    /// Sets the format of the body. Default: [`Wire::Envelope`].
    #[cfg(feature = "otlp")]
    #[must_use]
    pub const fn with_wire(mut self, wire: Wire) -> Self {
        self.wire = wire;
        self
    }

    /// A request whose body a transport may keep without copying it.
    #[cfg(not(feature = "off"))]
    pub(crate) fn shared(owner: &'a shared_body::SharedBody, events: usize) -> Self {
        Self {
            #[cfg(all(feature = "http", not(feature = "off")))]
            owner: Some(owner),
            ..Self::new(owner.as_ref(), events)
        }
    }

    #[cfg(all(feature = "http", feature = "spool", not(feature = "off")))]
    pub(crate) fn permitted_by(self, permit: Option<&'a permit::SharedPermit>) -> Self {
        Self { permit, ..self }
    }

    #[cfg(all(feature = "http", feature = "spool", not(feature = "off")))]
    pub(crate) fn permit(&self) -> Option<permit::SharedPermit> {
        self.permit.cloned()
    }

    /// The owner of the body; `None` if the body must be copied to keep it.
    #[cfg(all(feature = "http", not(feature = "off")))]
    pub(crate) fn owner(&self) -> Option<shared_body::SharedBody> {
        let owner = self.owner?;
        std::ptr::eq(owner.as_ref(), self.body).then(|| owner.clone())
    }
}
