//! What carries an encoded envelope away.
//!
//! A transport gets a finished body and says what became of it; it never looks into the body, never
//! retries and never decides about events: that is the policy's business. Bring your own by
//! implementing [`Transport`].

pub(crate) mod endpoint;
pub(crate) mod file;
#[cfg(feature = "http")]
pub(crate) mod http;
pub(crate) mod memory;
pub(crate) mod null;
pub(crate) mod stderr;

use std::{
    borrow::Cow,
    fmt,
    time::{Duration, Instant},
};

pub use self::endpoint::{Endpoint, EndpointError};
pub use self::file::FileTransport;
#[cfg(feature = "http")]
pub use self::http::HttpTransport;
pub use self::memory::MemoryTransport;
pub use self::null::NullTransport;
pub use self::stderr::StderrTransport;

/// Carries envelopes to a collector.
///
/// Called on the client's worker thread, one request at a time. Events recorded from inside are
/// refused, so that telemetry about telemetry cannot feed itself. A panic is caught; the batch is
/// tried once more. The worker drops it at the end of the client. If that thread never started, the
/// caller that ends the client does: a destructor that waits delays that caller.
///
/// A transport may live on an async runtime of its own, or of the program: hand the envelope over
/// to a task there and wait for its word until the deadline. The worker is no thread of any
/// runtime, so it may block. On a runtime of one thread await
/// [`shutdown_async`](crate::Client::shutdown_async) before the owner goes: a drop, `flush` or
/// `shutdown` there blocks the thread that the task needs, until its deadline.
///
/// ```
/// use std::{sync::mpsc, time::Instant};
/// use telemetry_runtime::transport::{
///     Failure, FailureKind, Outcome, Request, Transport,
/// };
///
/// /// What the program's own task gets: an envelope, and where to say what became of it.
/// type Order = (Vec<u8>, mpsc::SyncSender<Outcome>);
///
/// struct OverMyRuntime {
///     orders: mpsc::Sender<Order>,
/// }
///
/// impl Transport for OverMyRuntime {
///     fn send(&mut self, request: &Request<'_>, deadline: Instant) -> Outcome {
///         let (answer, answered) = mpsc::sync_channel(1);
///         if self.orders.send((request.body.to_vec(), answer)).is_err() {
///             let failure = Failure::new(FailureKind::Setup);
///             return Outcome::NotSent(failure.detail("the task has ended"));
///         }
///         let timeout = deadline.saturating_duration_since(Instant::now());
///         answered
///             .recv_timeout(timeout)
///             .unwrap_or_else(|_| Outcome::Ambiguous(Failure::new(FailureKind::Timeout)))
///     }
/// }
///
/// // Here a thread stands for the runtime; with tokio it is `runtime.spawn(async move { ... })`
/// // with the channels of `tokio::sync`.
/// let (orders, taken) = mpsc::channel::<Order>();
/// let task = std::thread::spawn(move || {
///     while let Ok((body, answer)) = taken.recv() {
///         assert_eq!(body, b"{}");
///         let _ = answer.send(Outcome::delivered());
///     }
/// });
///
/// let mut transport = OverMyRuntime { orders };
/// let deadline = Instant::now() + std::time::Duration::from_secs(60);
/// assert_eq!(transport.send(&Request::new(b"{}", 1), deadline), Outcome::delivered());
/// # drop(transport);
/// # task.join().unwrap();
/// ```
pub trait Transport: Send + 'static {
    /// Sends one envelope and returns by `deadline`.
    ///
    /// A transport that overstays its deadline delays later events, never the host: callers of
    /// `flush` and `shutdown` do not wait for it beyond their own deadline.
    fn send(&mut self, request: &Request<'_>, deadline: Instant) -> Outcome;
}

/// One envelope to be sent.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Request<'a> {
    /// The envelope as JSON.
    pub body: &'a [u8],
    /// How many events are in it, at least one.
    pub events: usize,
}

impl<'a> Request<'a> {
    /// A request, as a client makes it: for tests of a transport.
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
        Self { body, events }
    }
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Certainly not received: it is safe to send it again.
    NotSent(Failure),
    /// Written, but no answer came: it may have been received.
    Ambiguous(Failure),
    /// The collector answered.
    Response(Response),
}

impl Outcome {
    /// Received: an answer with status 200.
    #[must_use]
    pub fn delivered() -> Self {
        Self::status(200)
    }

    /// An answer with this HTTP status.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::Response(Response {
            status,
            retry_after: None,
        })
    }
}

/// A collector's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// HTTP status code.
    pub status: u16,
    /// How long the collector asks to be left alone.
    pub retry_after: Option<Duration>,
}

impl Response {
    /// An answer with this status.
    #[must_use]
    pub const fn new(status: u16) -> Self {
        Self {
            status,
            retry_after: None,
        }
    }

    /// The same with the collector's wish to be left alone.
    #[must_use]
    pub const fn retry_after(mut self, pause: Duration) -> Self {
        self.retry_after = Some(pause);
        self
    }
}

impl From<Response> for Outcome {
    fn from(response: Response) -> Self {
        Self::Response(response)
    }
}

/// Why there is no answer, for people and for health. It never holds an address or a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The stage that failed.
    pub kind: FailureKind,
    /// More about it, empty when there is nothing to add.
    pub detail: Cow<'static, str>,
}

/// The stage at which a request failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureKind {
    /// The request could not be made at all.
    Setup,
    /// The host's name could not be resolved.
    Resolve,
    /// No connection.
    Connect,
    /// No secure connection.
    Tls,
    /// The deadline passed.
    Timeout,
    /// Reading or writing failed.
    Io,
    /// The answer was no HTTP.
    Protocol,
}

impl Failure {
    /// A failure at this stage.
    #[must_use]
    pub const fn new(kind: FailureKind) -> Self {
        Self {
            kind,
            detail: Cow::Borrowed(""),
        }
    }

    pub(crate) fn no_memory() -> Self {
        Self::new(FailureKind::Setup).detail("there is no memory for it")
    }

    /// The same with more about it: no addresses, no secrets.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = detail.into();
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            FailureKind::Setup => "the request could not be made",
            FailureKind::Resolve => "the host's name could not be resolved",
            FailureKind::Connect => "no connection",
            FailureKind::Tls => "no secure connection",
            FailureKind::Timeout => "the deadline passed",
            FailureKind::Io => "reading or writing failed",
            FailureKind::Protocol => "the answer was no HTTP",
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
}
