//! A request that the collector received.

use std::{borrow::Cow, fmt, time::Instant};

/// A complete request.
///
/// ```
/// # use std::{io::Write, net::TcpStream, time::Duration};
/// # use telemetry_runtime::testing::Collector;
/// let collector = Collector::start()?;
/// # let mut stream = TcpStream::connect(collector.address())?;
/// # stream.write_all(b"POST /V1 HTTP/1.1\r\nx-id: 7\r\nContent-Length: 2\r\n\r\n{}")?;
/// // ... something posts `{}` to /V1 ...
/// let requests = collector.wait_for_requests(1, Duration::from_secs(60))?;
/// assert_eq!(requests[0].method, "POST");
/// assert_eq!(requests[0].path, "/V1");
/// assert_eq!(requests[0].header("X-Id"), Some("7"));
/// assert_eq!(requests[0].text(), "{}");
/// assert!(format!("{:?}", requests[0]).contains(r#"body: "{}""#)); // as text
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// The method, as sent.
    pub method: String,
    /// The request target as sent, with its case and query: `/v1?a=b`. A client that uses the
    /// collector as a proxy sends a complete URL.
    pub path: String,
    /// Names and values in the order in which they were sent. Names keep their case, values are
    /// trimmed.
    pub headers: Vec<(String, String)>,
    /// The body; a chunked body is joined.
    pub body: Vec<u8>,
    /// The time at which its last byte was read.
    pub at: Instant,
    /// The number of the request, counted from 0 in the order of first bytes: the index of its row in
    /// the script.
    pub attempt: usize,
    /// The number of its connection, counted from 0. Requests with the same number shared a connection.
    pub connection: usize,
}

/// The body is shown as text, so that a failed assertion can be read.
impl fmt::Debug for ReceivedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            method,
            path,
            headers,
            body: _,
            at,
            attempt,
            connection,
        } = self;
        f.debug_struct("ReceivedRequest")
            .field("method", method)
            .field("path", path)
            .field("headers", headers)
            .field("body", &self.text())
            .field("at", at)
            .field("attempt", attempt)
            .field("connection", connection)
            .finish()
    }
}

impl ReceivedRequest {
    /// The value of the first header with this name, ignoring case.
    ///
    /// ```
    /// # use std::{io::Write, net::TcpStream, time::Duration};
    /// # use telemetry_runtime::testing::Collector;
    /// # let collector = Collector::start()?;
    /// # let mut stream = TcpStream::connect(collector.address())?;
    /// # stream.write_all(b"POST / HTTP/1.1\r\ncontent-type: application/json\r\n\r\n")?;
    /// let requests = collector.wait_for_requests(1, Duration::from_secs(60))?;
    /// assert_eq!(requests[0].header("Content-Type"), Some("application/json"));
    /// assert_eq!(requests[0].header("Cookie"), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The body as text; bytes that are not UTF-8 become U+FFFD.
    ///
    /// ```
    /// # use std::{io::Write, net::TcpStream, time::Duration};
    /// # use telemetry_runtime::testing::Collector;
    /// # let collector = Collector::start()?;
    /// # let mut stream = TcpStream::connect(collector.address())?;
    /// # stream.write_all(b"POST / HTTP/1.1\r\nContent-Length: 11\r\n\r\n{\"name\":\"a\"}")?;
    /// let requests = collector.wait_for_requests(1, Duration::from_secs(60))?;
    /// assert!(requests[0].text().contains(r#""name":"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// Whether the client keeps the connection open after the answer.
    pub(super) fn keeps_connection(&self) -> bool {
        !self
            .header("Connection")
            .is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}
