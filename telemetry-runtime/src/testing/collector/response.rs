//! The rows of a collector's script.
//!
//! A row consists of four independent decisions, so that every fault is data: how much of the request
//! is read, whether the answer is held for the test, the bytes and pace of the answer, and how the
//! connection ends.

use std::time::Duration;

/// The collector's response to one request: an answer or a fault.
///
/// A constructor selects the answer or fault, and methods refine it. [`hold`](Self::hold) waits for
/// the test, [`drip`](Self::drip) slows the answer, [`then_close`](Self::then_close) and
/// [`then_reset`](Self::then_reset) end the connection. [`header`](Self::header) and
/// [`body`](Self::body) apply to answers with a [`status`](Self::status); others ignore them.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::testing::{Collector, ScriptedResponse};
///
/// let collector = Collector::script([
///     ScriptedResponse::status(429).header("Retry-After", "120"),
///     ScriptedResponse::silence(),
///     ScriptedResponse::status(200).body("{}").drip(1, Duration::from_millis(10)),
/// ])?; // and 200 for later requests
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct ScriptedResponse {
    pub(super) take: Take,
    pub(super) held: bool,
    pub(super) write: Write,
    pub(super) pace: Option<Pace>,
    pub(super) end: End,
}

/// How much of the request is read before the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Take {
    Whole,
    First(usize),
    Nothing,
}

/// The answer to write.
#[derive(Clone, Debug)]
pub(super) enum Write {
    Nothing,
    Response {
        status: u16,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    },
    Raw(Vec<u8>),
    /// `head`, then `unit` repeatedly until the client closes the connection.
    Endless {
        head: &'static str,
        unit: String,
    },
}

/// Writes of `bytes` bytes, with a pause of `every` between them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    pub(super) bytes: usize,
    pub(super) every: Duration,
}

/// How the connection continues after the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Serve the next request on it.
    Keep,
    /// Close it: FIN.
    Close,
    /// Reset it: RST.
    Reset,
    /// Keep it open and discard its bytes until the client closes it.
    Linger,
    /// Keep it open without reading or writing.
    Abandon,
}

impl ScriptedResponse {
    /// A response with this status and no body. The connection stays open for the next request.
    ///
    /// `Content-Length` is set unless a [`header`](Self::header) of that name or
    /// `Transfer-Encoding` is given, or the status has no body (1xx, 204, 304).
    ///
    /// ```
    /// # use telemetry_runtime::testing::{Collector, ScriptedResponse};
    /// let overloaded = ScriptedResponse::status(503).header("Retry-After", "120").body("later");
    /// let collector = Collector::script(std::iter::repeat(overloaded))?; // for all requests
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn status(status: u16) -> Self {
        let (headers, body) = (Vec::new(), Vec::new());
        Self::after_reading_all(
            Write::Response {
                status,
                headers,
                body,
            },
            End::Keep,
        )
    }

    /// Adds a header to the response. Order and case are kept; nothing is validated or escaped.
    ///
    /// ```
    /// # use telemetry_runtime::testing::ScriptedResponse;
    /// let wrong = ScriptedResponse::status(429).header("Retry-After", "-5");
    /// ```
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        if let Write::Response { headers, .. } = &mut self.write {
            headers.push((name.into(), value.into()));
        }
        self
    }

    /// Sets the body of the response.
    ///
    /// ```
    /// # use telemetry_runtime::testing::ScriptedResponse;
    /// let portal = ScriptedResponse::status(200).header("Content-Type", "text/html").body("<html>log in");
    /// ```
    pub fn body(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        if let Write::Response { body, .. } = &mut self.write {
            *body = bytes.into();
        }
        self
    }

    /// A redirect to this URL with status 307. For another status:
    /// `ScriptedResponse::status(301).header("Location", url)`.
    ///
    /// ```
    /// # use telemetry_runtime::testing::{Collector, ScriptedResponse};
    /// let elsewhere = Collector::start()?;
    /// let collector = Collector::script([ScriptedResponse::redirect(elsewhere.url())])?;
    /// // ... send to `collector`, then:
    /// assert!(elsewhere.requests().is_empty());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn redirect(url: impl Into<String>) -> Self {
        Self::status(307).header("Location", url)
    }

    /// Exactly these bytes instead of a response; then the connection is closed.
    ///
    /// ```
    /// # use telemetry_runtime::testing::ScriptedResponse;
    /// let cut_short = ScriptedResponse::raw("HTTP/1.1 200 OK\r\nConte");
    /// ```
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self::after_reading_all(Write::Raw(bytes.into()), End::Close)
    }

    /// Waits for [`Collector::release`](super::Collector::release) before the answer is written. A test
    /// can thus await a request and act while it is in flight, without sleeping.
    ///
    /// ```
    /// # use std::{io::{Read, Write}, net::TcpStream, time::Duration};
    /// # use telemetry_runtime::testing::{Collector, ScriptedResponse};
    /// let collector = Collector::script([ScriptedResponse::status(200).then_close().hold()])?;
    /// # let mut stream = TcpStream::connect(collector.address())?;
    /// # stream.write_all(b"GET / HTTP/1.1\r\n\r\n")?;
    /// // ... something sends ...
    /// collector.wait_for_requests(1, Duration::from_secs(60))?;
    /// // ... the request is in flight until:
    /// collector.release();
    /// # let mut answer = String::new();
    /// # stream.read_to_string(&mut answer)?;
    /// # assert!(answer.starts_with("HTTP/1.1 200"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn hold(mut self) -> Self {
        self.held = true;
        self
    }

    /// Writes the answer slowly: `bytes` bytes at a time (at least 1), with a pause of `every` between
    /// them.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use telemetry_runtime::testing::ScriptedResponse;
    /// let drip = ScriptedResponse::status(200).body("{}").drip(1, Duration::from_secs(1));
    /// ```
    pub fn drip(mut self, bytes: usize, every: Duration) -> Self {
        self.pace = Some(Pace {
            bytes: bytes.max(1),
            every,
        });
        self
    }

    /// Closes the connection (FIN) after the answer, without `Connection: close`.
    ///
    /// ```
    /// # use telemetry_runtime::testing::ScriptedResponse;
    /// let last_on_its_connection = ScriptedResponse::status(200).then_close();
    /// ```
    pub fn then_close(mut self) -> Self {
        self.end = End::Close;
        self
    }

    /// Resets the connection (RST) after the answer.
    ///
    /// ```
    /// # use telemetry_runtime::testing::ScriptedResponse;
    /// let status_line_only = ScriptedResponse::raw("HTTP/1.1 200 OK\r\n").then_reset();
    /// ```
    pub fn then_reset(mut self) -> Self {
        self.end = End::Reset;
        self
    }

    pub(super) fn after_reading_all(write: Write, end: End) -> Self {
        Self {
            take: Take::Whole,
            held: false,
            write,
            pace: None,
            end,
        }
    }
}
