//! How the collector treats one request: the rows of its script.
//!
//! Four decisions that are independent of each other, so that every fault is a row of data: how
//! much of the request to read, whether to wait for the test, what to write at what pace, and how
//! to end.

use std::time::Duration;

/// How the collector treats one request.
///
/// Made by one of the constructors, refined by the methods: [`hold`](Self::hold) waits for the
/// test, [`drip`](Self::drip) slows down, [`then_close`](Self::then_close) and
/// [`then_reset`](Self::then_reset) end the connection. [`header`](Self::header) and
/// [`body`](Self::body) belong to answers that have a [`status`](Self::status); the others ignore
/// them.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::testing::{ScriptedResponse, Collector};
///
/// let collector = Collector::script([
///     ScriptedResponse::status(429).header("Retry-After", "120"),
///     ScriptedResponse::silence(),
///     ScriptedResponse::status(200).body("{}").drip(1, Duration::from_millis(10)),
/// ])?; // and 200 from the fourth request on
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

/// How much of the request is read before anything else happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Take {
    Whole,
    First(usize),
    Nothing,
}

/// What is written.
#[derive(Clone, Debug)]
pub(super) enum Write {
    Nothing,
    Response {
        status: u16,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    },
    Raw(Vec<u8>),
    /// `head`, then `unit` again and again until the client goes away.
    Endless {
        head: &'static str,
        unit: String,
    },
}

/// Writes of `bytes`, each `every` after the one before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    pub(super) bytes: usize,
    pub(super) every: Duration,
}

/// What becomes of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Serve the next request on it.
    Keep,
    /// Close it: FIN.
    Close,
    /// Reset it: RST.
    Reset,
    /// Leave it open, read on and throw away, until the client closes it.
    Linger,
    /// Leave it open and do not touch it.
    Abandon,
}

impl ScriptedResponse {
    /// A response with this status and no body. The connection stays open for the next request.
    ///
    /// `Content-Length` is set unless a [`header`](Self::header) of that name or
    /// `Transfer-Encoding` is given, or the status has no body (1xx, 204, 304).
    ///
    /// ```
    /// # use telemetry_runtime::testing::{ScriptedResponse, Collector};
    /// let overloaded = ScriptedResponse::status(503).header("Retry-After", "120").body("later");
    /// let collector = Collector::script(std::iter::repeat(overloaded))?; // for ever
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn status(status: u16) -> Self {
        let (headers, body) = (Vec::new(), Vec::new());
        Self::whole(
            Write::Response {
                status,
                headers,
                body,
            },
            End::Keep,
        )
    }

    /// Adds a header to the response, in this order and spelling. Nothing is checked or escaped.
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

    /// A redirect to that URL, with status 307. Others: `Answer::status(301).header("Location",
    /// url)`.
    ///
    /// ```
    /// # use telemetry_runtime::testing::{ScriptedResponse, Collector};
    /// let elsewhere = Collector::start()?;
    /// let collector = Collector::script([ScriptedResponse::redirect(elsewhere.url())])?;
    /// // ... send to `collector`, then:
    /// assert!(elsewhere.requests().is_empty());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn redirect(url: impl Into<String>) -> Self {
        Self::status(307).header("Location", url)
    }

    /// Exactly these bytes in place of a response, then the connection is closed.
    ///
    /// ```
    /// # use telemetry_runtime::testing::ScriptedResponse;
    /// let cut_short = ScriptedResponse::raw("HTTP/1.1 200 OK\r\nConte");
    /// ```
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self::whole(Write::Raw(bytes.into()), End::Close)
    }

    /// Waits for [`Collector::release`](super::Collector::release) before anything is written, so
    /// that a test can await a request and act while it is under way. No sleep needed.
    ///
    /// ```
    /// # use std::{io::{Read, Write}, net::TcpStream, time::Duration};
    /// # use telemetry_runtime::testing::{ScriptedResponse, Collector};
    /// let collector = Collector::script([ScriptedResponse::status(200).then_close().hold()])?;
    /// # let mut stream = TcpStream::connect(collector.address())?;
    /// # stream.write_all(b"GET / HTTP/1.1\r\n\r\n")?;
    /// // ... something sends ...
    /// collector.wait_for_requests(1, Duration::from_secs(60))?;
    /// // ... the request is under way now, and stays so until:
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

    /// Writes the answer slowly: `bytes` bytes at a time (at least 1), each `every` after the one
    /// before.
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

    /// Closes the connection (FIN) after the answer, without having announced it.
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

    pub(super) fn whole(write: Write, end: End) -> Self {
        Self {
            take: Take::Whole,
            held: false,
            write,
            pace: None,
            end,
        }
    }
}
