//! Faults of a server or network, each as a [`ScriptedResponse`].

use super::response::{End, ScriptedResponse, Take, Write};

impl ScriptedResponse {
    /// Reads the request and never answers. The connection stays open until the client closes it.
    ///
    /// ```
    /// # use telemetry_runtime::testing::{Collector, ScriptedResponse};
    /// let collector = Collector::script(std::iter::repeat(ScriptedResponse::silence()))?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn silence() -> Self {
        Self::after_reading_all(Write::Nothing, End::Linger)
    }

    /// Accepts the connection and never reads from it, so that a large request blocks: on Linux the
    /// socket buffers hold about 100 KiB. [`Counts`](super::Counts) counts it as an attempt, not as a
    /// request.
    ///
    /// With an `https` URL, this is a TLS handshake that stalls.
    ///
    /// ```
    /// # use telemetry_runtime::testing::{Collector, ScriptedResponse};
    /// let collector = Collector::script([ScriptedResponse::refuse_to_read()])?;
    /// let stalled_handshake = format!("https://{}", collector.address());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn refuse_to_read() -> Self {
        Self {
            take: Take::Nothing,
            ..Self::after_reading_all(Write::Nothing, End::Abandon)
        }
    }

    /// Reads `bytes` bytes of the request, including its head, then resets the connection. A shorter
    /// request is received completely before the reset.
    ///
    /// On Linux, the client is certainly still writing if its body is over 128 KiB: the socket buffers
    /// hold less.
    ///
    /// ```
    /// # use telemetry_runtime::testing::{Collector, ScriptedResponse};
    /// let collector = Collector::script([ScriptedResponse::reset_after(512)])?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn reset_after(bytes: usize) -> Self {
        Self {
            take: Take::First(bytes),
            ..Self::reset()
        }
    }

    /// Reads the whole request, then resets the connection (RST) without an answer.
    ///
    /// ```
    /// # use telemetry_runtime::testing::{Collector, ScriptedResponse};
    /// let collector = Collector::script([ScriptedResponse::reset()])?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn reset() -> Self {
        Self::after_reading_all(Write::Nothing, End::Reset)
    }

    /// Writes the status line and the headers of a response with a body, then resets the connection
    /// before the body.
    ///
    /// On Linux the client can read the head before it sees the reset; other systems may discard the
    /// head. For the status line alone: `ScriptedResponse::raw("HTTP/1.1 200 OK\r\n").then_reset()`.
    ///
    /// ```
    /// # use telemetry_runtime::testing::{Collector, ScriptedResponse};
    /// let collector = Collector::script([ScriptedResponse::reset_after_head(200)])?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn reset_after_head(status: u16) -> Self {
        Self::status(status)
            .header("Content-Length", "2")
            .then_reset()
    }

    /// Reads the whole request, then closes the connection (FIN) without an answer, as when a server
    /// closes an idle connection while the client sends.
    ///
    /// ```
    /// # use telemetry_runtime::testing::{Collector, ScriptedResponse};
    /// let collector = Collector::script([ScriptedResponse::status(200), ScriptedResponse::close()])?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn close() -> Self {
        Self::after_reading_all(Write::Nothing, End::Close)
    }

    /// A response whose `Content-Length` is greater than the body sent before the connection is
    /// closed.
    ///
    /// ```
    /// # use telemetry_runtime::testing::{Collector, ScriptedResponse};
    /// let collector = Collector::script([ScriptedResponse::wrong_length()])?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn wrong_length() -> Self {
        Self::status(200)
            .header("Content-Length", "1000")
            .body("{}")
            .then_close()
    }

    /// A chunked response whose first chunk size is not a number.
    ///
    /// ```
    /// # use telemetry_runtime::testing::{Collector, ScriptedResponse};
    /// let collector = Collector::script([ScriptedResponse::broken_chunks()])?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn broken_chunks() -> Self {
        Self::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nmany\r\n{}\r\n0\r\n\r\n")
    }

    /// A response that is not HTTP.
    ///
    /// ```
    /// # use telemetry_runtime::testing::{Collector, ScriptedResponse};
    /// let collector = Collector::script([ScriptedResponse::garbage()])?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn garbage() -> Self {
        Self::raw("\0HTTP/one.two two hundred\u{7f}\r\nwell: then\r\n\r\n")
    }

    /// A response with status 200 and one header of 1 MiB.
    ///
    /// ```
    /// # use telemetry_runtime::testing::{Collector, ScriptedResponse};
    /// let collector = Collector::script([ScriptedResponse::huge_header()])?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn huge_header() -> Self {
        Self::status(200)
            .header("X-Huge", "a".repeat(1 << 20))
            .then_close()
    }

    /// A response with status 200 and a chunked body that never ends.
    ///
    /// It ends when the client closes the connection.
    ///
    /// ```
    /// # use telemetry_runtime::testing::{Collector, ScriptedResponse};
    /// let collector = Collector::script([ScriptedResponse::endless_body()])?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn endless_body() -> Self {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let unit = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
        Self::after_reading_all(Write::Endless { head, unit }, End::Close)
    }

    /// Endless interim responses (103) without a final one.
    ///
    /// It ends when the client closes the connection.
    ///
    /// ```
    /// # use telemetry_runtime::testing::{Collector, ScriptedResponse};
    /// let collector = Collector::script([ScriptedResponse::informational_flood()])?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn informational_flood() -> Self {
        let unit = "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(64);
        Self::after_reading_all(Write::Endless { head: "", unit }, End::Close)
    }

    /// Answers a TLS handshake with the alert "handshake failure", for an `https` URL with the
    /// collector's address. The request is not read.
    ///
    /// ```
    /// # use telemetry_runtime::testing::{Collector, ScriptedResponse};
    /// let collector = Collector::script([ScriptedResponse::tls_alert()])?;
    /// let url = format!("https://{}", collector.address());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn tls_alert() -> Self {
        // RFC 8446, sections 5.1 and 6: record type alert, version, length 2, fatal, handshake_failure.
        let alert = vec![21, 3, 3, 0, 2, 2, 40];
        Self {
            take: Take::Nothing,
            ..Self::after_reading_all(Write::Raw(alert), End::Linger)
        }
    }
}
