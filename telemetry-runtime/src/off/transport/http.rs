//! Replaces `transport/http`: a transport without a connection, which sends nothing.

#![allow(
    missing_docs,
    reason = "the documentation is that of the replaced items"
)]

use std::{ffi::OsString, fmt, io, marker::PhantomData, net::IpAddr, sync::Arc, time::Instant};

use super::{
    Failure, FailureKind, Outcome, Request, Transport, endpoint::EndpointError, headers::Headers,
};
use crate::off::ignored;

pub struct HttpTransport {
    /// The same auto traits as in a build with telemetry.
    nothing: PhantomData<Arc<dyn Send + Sync>>,
}

impl HttpTransport {
    pub fn new(_url: &str) -> Result<Self, EndpointError> {
        Ok(Self {
            nothing: PhantomData,
        })
    }

    ignored! {
        env(impl Fn(&str) -> Option<OsString> + Send + Sync),
        resolver(impl Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync + 'static),
    }
}

impl HttpTransport {
    #[must_use]
    pub fn headers(self, _: Headers) -> Self {
        self
    }
}

#[cfg(feature = "gzip")]
impl HttpTransport {
    ignored! { gzip() }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HttpTransport").finish()
    }
}

impl Transport for HttpTransport {
    fn send(&mut self, _: &Request<'_>, _: Instant) -> Outcome {
        let failure = Failure::new(FailureKind::Setup);
        Outcome::NotSent(failure.with_detail("compiled without telemetry"))
    }
}
