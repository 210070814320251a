//! Transports: each sends one encoded envelope and reports the outcome.
//!
//! To write a custom transport, implement [`Transport`].
//!
//! **Invariants.** A transport never reads the body of a request, never retries and never decides which events
//! are kept or dropped: the policy decides.

pub(crate) mod api_key;
pub(crate) mod endpoint;
pub(crate) mod file;
pub(crate) mod headers;
#[cfg(feature = "http")]
#[cfg_attr(feature = "off", path = "../off/transport/http.rs")]
pub(crate) mod http;
pub(crate) mod memory;
pub(crate) mod null;
#[cfg(all(feature = "http", feature = "spool", not(feature = "off")))]
pub(crate) mod permit;
pub(crate) mod request;
#[cfg(not(feature = "off"))]
pub(crate) mod shared_body;
pub(crate) mod stderr;

use std::{
    borrow::Cow,
    fmt,
    time::{Duration, Instant},
};

pub use self::api_key::{ApiKey, ApiKeyProblem};
pub use self::endpoint::{Endpoint, EndpointError};
pub use self::file::FileTransport;
pub use self::headers::Headers;
#[cfg(feature = "http")]
pub use self::http::HttpTransport;
pub use self::memory::MemoryTransport;
pub use self::null::NullTransport;
pub use self::request::Request;
pub use self::stderr::StderrTransport;

/// Code that macros expand to.
#[doc(hidden)]
pub mod macros {
    pub use super::headers::checked;
}

/// Sends envelopes to a collector.
///
/// The client's worker thread calls it, one request at a time. Events that the transport records are
/// refused, so that telemetry about telemetry cannot loop. A panic is caught, and the batch is sent
/// once more. The worker's thread blocks all signals except those of a fault such as `SIGSEGV`. It
/// drops the transport at the end of the client. If that thread never started, the caller that ends
/// the client drops it: a destructor that waits delays that caller.
///
/// A transport may use a private async runtime, or that of the program: send the envelope to a task
/// there and wait for the outcome until the deadline. The worker's thread does not belong to a
/// runtime, so it may block. On a runtime with one thread, await
/// [`shutdown_async`](crate::Client::shutdown_async) before the guard is dropped: a drop, `flush` or
/// `shutdown` there blocks the thread that the task needs, until its deadline.
///
/// ```
/// use std::{sync::mpsc, time::Instant};
/// use telemetry_runtime::transport::{
///     Failure, FailureKind, Outcome, Request, Transport,
/// };
///
/// /// An envelope for the program's task, and the channel for its outcome.
/// type Job = (Vec<u8>, mpsc::SyncSender<Outcome>);
///
/// struct OverMyRuntime {
///     jobs: mpsc::Sender<Job>,
/// }
///
/// impl Transport for OverMyRuntime {
///     fn send(&mut self, request: &Request<'_>, deadline: Instant) -> Outcome {
///         let (sender, outcome) = mpsc::sync_channel(1);
///         if self.jobs.send((request.body.to_vec(), sender)).is_err() {
///             let failure = Failure::new(FailureKind::Setup);
///             return Outcome::NotSent(failure.with_detail("the task has ended"));
///         }
///         let timeout = deadline.saturating_duration_since(Instant::now());
///         outcome
///             .recv_timeout(timeout)
///             .unwrap_or_else(|_| Outcome::Ambiguous(Failure::new(FailureKind::Timeout)))
///     }
/// }
///
/// // This example uses a thread as its runtime; with tokio it is
/// // `runtime.spawn(async move { ... })` with the channels of `tokio::sync`.
/// let (jobs, received) = mpsc::channel::<Job>();
/// let task = std::thread::spawn(move || {
///     while let Ok((body, outcome)) = received.recv() {
///         assert_eq!(body, b"{}");
///         let _ = outcome.send(Outcome::delivered());
///     }
/// });
///
/// let mut transport = OverMyRuntime { jobs };
/// let deadline = Instant::now() + std::time::Duration::from_secs(60);
/// assert_eq!(transport.send(&Request::new(b"{}", 1), deadline), Outcome::delivered());
/// # drop(transport);
/// # task.join().unwrap();
/// ```
pub trait Transport: Send + 'static {
    /// Sends one envelope and returns by `deadline`.
    ///
    /// A transport that exceeds its deadline delays later events, never the host: callers of `flush`
    /// and `shutdown` return at their own deadline.
    fn send(&mut self, request: &Request<'_>, deadline: Instant) -> Outcome;

    /// A function that creates this transport again in a child of `fork`. Default: `None`.
    ///
    /// The client calls this once, when it is built. A child calls the function when it first uses the
    /// client, on the calling thread. It must not share a lock, a connection or a thread with this
    /// transport, because they belong to the parent. With `None`, the child refuses each event as
    /// [`RecordError::Forked`](crate::health::RecordError::Forked).
    fn for_child(&self) -> Option<ChildTransport> {
        None
    }
}

/// Creates a transport in a child of `fork`; see [`Transport::for_child`].
pub type ChildTransport = Box<dyn Fn() -> Box<dyn Transport> + Send + Sync>;

/// The outcome of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The collector certainly did not receive the request: it is safe to send it again.
    NotSent(Failure),
    /// The request was written but got no response: the collector may have received it.
    Ambiguous(Failure),
    /// The collector responded.
    Response(Response),
}

impl Outcome {
    /// A response with status 200.
    #[must_use]
    pub fn delivered() -> Self {
        Self::status(200)
    }

    /// A response with this HTTP status.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::Response(Response::new(status))
    }
}

/// A collector's response.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::transport::Response;
///
/// let overloaded = Response::new(503).with_retry_after(Duration::from_secs(120));
/// assert_eq!(overloaded.status(), 503);
/// assert_eq!(overloaded.retry_after(), Some(Duration::from_secs(120)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Response {
    status: u16,
    retry_after: Option<Duration>,
    rejected: u64,
}

impl Response {
    /// A response with this status.
    #[must_use]
    pub const fn new(status: u16) -> Self {
        Self {
            status,
            retry_after: None,
            rejected: 0,
        }
    }

    /// Sets the pause that the collector requests.
    #[must_use]
    pub const fn with_retry_after(mut self, pause: Duration) -> Self {
        self.retry_after = Some(pause);
        self
    }

    /// Sets the number of events of a delivered request that the collector rejected. They are counted as
    /// [`Rejected`](crate::health::DropReason::Rejected) and not sent again.
    #[must_use]
    pub const fn with_rejected(mut self, events: u64) -> Self {
        self.rejected = events;
        self
    }

    /// The HTTP status code.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The pause that the collector requests before the next request.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The number of events of a delivered request that the collector rejected.
    #[must_use]
    pub const fn rejected(&self) -> u64 {
        self.rejected
    }
}

impl From<Response> for Outcome {
    fn from(response: Response) -> Self {
        Self::Response(response)
    }
}

/// The reason why a request has no response. It never contains an address or a secret.
///
/// ```
/// use telemetry_runtime::transport::{Failure, FailureKind};
///
/// let failure = Failure::new(FailureKind::Connect).with_detail("connection refused");
/// assert_eq!(failure.to_string(), "no connection: connection refused");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    kind: FailureKind,
    detail: Cow<'static, str>,
}

/// The stage at which a request failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureKind {
    /// The request could not be created.
    Setup,
    /// The host's name could not be resolved.
    Resolve,
    /// No TCP connection could be opened.
    Connect,
    /// No TLS connection could be established.
    Tls,
    /// The deadline passed.
    Timeout,
    /// Reading or writing failed.
    Io,
    /// The response was not valid HTTP.
    Protocol,
}

impl Failure {
    /// A failure at this stage, without detail.
    #[must_use]
    pub const fn new(kind: FailureKind) -> Self {
        Self {
            kind,
            detail: Cow::Borrowed(""),
        }
    }

    /// The user's files could not be read, so no request was made.
    pub(crate) fn unchecked() -> Self {
        Self::new(FailureKind::Setup).with_detail("the consent file cannot be read")
    }

    #[cfg(all(feature = "http", feature = "spool", not(feature = "off")))]
    pub(crate) fn spool_busy() -> Self {
        Self::new(FailureKind::Setup).with_detail("the disk is slow or failed")
    }

    pub(crate) fn no_memory() -> Self {
        Self::new(FailureKind::Setup).with_detail("out of memory")
    }

    /// Sets the detail, which must not contain addresses or secrets.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = detail.into();
        self
    }

    /// The stage that failed.
    #[must_use]
    pub const fn kind(&self) -> FailureKind {
        self.kind
    }

    /// The cause, empty if it is not known.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            FailureKind::Setup => "the request could not be created",
            FailureKind::Resolve => "the host's name could not be resolved",
            FailureKind::Connect => "no connection",
            FailureKind::Tls => "no secure connection",
            FailureKind::Timeout => "the deadline passed",
            FailureKind::Io => "reading or writing failed",
            FailureKind::Protocol => "the answer was not HTTP",
        })?;
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail)?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

impl<T: Transport + ?Sized> Transport for Box<T> {
    fn send(&mut self, request: &Request<'_>, deadline: Instant) -> Outcome {
        (**self).send(request, deadline)
    }

    fn for_child(&self) -> Option<ChildTransport> {
        (**self).for_child()
    }
}
