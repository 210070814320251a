//! Reads requests from a connection, within limits of size and time.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    sync::Arc,
    time::{Duration, Instant},
};

use super::request::ReceivedRequest;

/// The largest head and the largest body that are not refused: 256 KiB and 16 MiB.
const MAX_HEAD_BYTES: usize = 256 << 10;
const MAX_BODY_BYTES: usize = 16 << 20;

/// Why a request could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReadError {
    /// The client closed the connection, or the deadline passed.
    Closed,
    /// The budget of bytes is used up.
    BudgetExhausted,
    /// The bytes are not an HTTP/1.1 request.
    Malformed,
    /// The request exceeds a size limit.
    TooLarge,
}

/// The reading side of a connection.
pub(super) struct Incoming {
    stream: Arc<TcpStream>,
    /// Bytes read and not consumed: a client may send the next request early.
    buffer: Vec<u8>,
    /// The number of bytes that may still be read.
    budget: usize,
    deadline: Instant,
}

impl Incoming {
    pub(super) fn new(stream: Arc<TcpStream>) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
            budget: 0,
            deadline: Instant::now(),
        }
    }

    /// Waits without limit until a request begins, and leaves its bytes unread. False if the
    /// connection ended.
    pub(super) fn wait_for_first_byte(&self) -> bool {
        if !self.buffer.is_empty() {
            return true;
        }
        if self.stream.set_read_timeout(None).is_err() {
            return false;
        }
        loop {
            match self.stream.peek(&mut [0]) {
                Ok(0) => return false,
                Ok(_) => return true,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return false,
            }
        }
    }

    /// Reads one request of at most `budget` bytes.
    pub(super) fn read_request(
        &mut self,
        budget: usize,
        deadline: Instant,
    ) -> Result<ReceivedRequest, ReadError> {
        self.budget = budget.saturating_sub(self.buffer.len());
        self.deadline = deadline;
        let head = self.read_until(b"\r\n\r\n", MAX_HEAD_BYTES)?;
        let mut request = parse_head(&head)?;
        let header = |name| request.header(name).map(str::to_ascii_lowercase);
        if header("Expect").is_some_and(|value| value == "100-continue") {
            let _ = (&*self.stream).write_all(b"HTTP/1.1 100 Continue\r\n\r\n");
        }
        let length = header("Content-Length");
        request.body = if header("Transfer-Encoding").is_some_and(|value| value == "chunked") {
            self.read_chunks()?
        } else if let Some(length) = length {
            self.read_exactly(length.parse().map_err(|_| ReadError::Malformed)?)?
        } else {
            Vec::new()
        };
        request.at = Instant::now();
        Ok(request)
    }

    /// Reads and discards until the client closes the connection or the deadline passes.
    pub(super) fn drain(&mut self, deadline: Instant) {
        self.deadline = deadline;
        self.budget = usize::MAX;
        while self.fill().is_ok() {
            self.buffer.clear();
        }
    }

    /// Reads a chunked body (RFC 9112, section 7.1). Extensions and trailers are ignored.
    fn read_chunks(&mut self) -> Result<Vec<u8>, ReadError> {
        let mut body = Vec::new();
        loop {
            let line = self.read_until(b"\r\n", MAX_HEAD_BYTES)?;
            let line = String::from_utf8_lossy(&line);
            let size = line.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(size, 16).map_err(|_| ReadError::Malformed)?;
            if size == 0 {
                while !self.read_until(b"\r\n", MAX_HEAD_BYTES)?.is_empty() {}
                return Ok(body);
            }
            if size > MAX_BODY_BYTES - body.len() {
                return Err(ReadError::TooLarge);
            }
            body.append(&mut self.read_exactly(size)?);
            if !self.read_until(b"\r\n", MAX_HEAD_BYTES)?.is_empty() {
                return Err(ReadError::Malformed);
            }
        }
    }

    /// Returns the bytes before `end`, and consumes `end`.
    fn read_until(&mut self, end: &[u8], limit: usize) -> Result<Vec<u8>, ReadError> {
        let mut searched = 0;
        loop {
            let rest = self.buffer.get(searched..).unwrap_or_default();
            if let Some(found) = rest.windows(end.len()).position(|window| window == end) {
                let mut taken: Vec<u8> =
                    self.buffer.drain(..searched + found + end.len()).collect();
                taken.truncate(searched + found);
                return Ok(taken);
            }
            if self.buffer.len() > limit {
                return Err(ReadError::TooLarge);
            }
            searched = self.buffer.len().saturating_sub(end.len() - 1);
            self.fill()?;
        }
    }

    fn read_exactly(&mut self, length: usize) -> Result<Vec<u8>, ReadError> {
        if length > MAX_BODY_BYTES {
            return Err(ReadError::TooLarge);
        }
        while self.buffer.len() < length {
            self.fill()?;
        }
        Ok(self.buffer.drain(..length).collect())
    }

    fn fill(&mut self) -> Result<(), ReadError> {
        let mut chunk = [0; 8192];
        let most = chunk.len().min(self.budget);
        let chunk = chunk.get_mut(..most).unwrap_or_default();
        if chunk.is_empty() {
            return Err(ReadError::BudgetExhausted);
        }
        loop {
            let left = self.deadline.saturating_duration_since(Instant::now());
            let left = left.max(Duration::from_millis(1)); // zero is an error
            self.stream
                .set_read_timeout(Some(left))
                .map_err(|_| ReadError::Closed)?;
            match (&*self.stream).read(chunk) {
                Ok(0) => return Err(ReadError::Closed),
                Ok(read) => {
                    self.budget -= read;
                    self.buffer
                        .extend_from_slice(chunk.get(..read).unwrap_or_default());
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Err(ReadError::Closed),
            }
        }
    }
}

/// Parses a head (RFC 9112, sections 3 and 5). The caller sets `attempt` and `connection`.
fn parse_head(head: &[u8]) -> Result<ReceivedRequest, ReadError> {
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split("\r\n");
    let line: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
    let [method, path, "HTTP/1.1"] = line.as_slice() else {
        return Err(ReadError::Malformed);
    };
    let headers = lines
        .map(|line| {
            line.split_once(':')
                .map(|(name, value)| (name.into(), value.trim().into()))
        })
        .collect::<Option<_>>()
        .ok_or(ReadError::Malformed)?;
    Ok(ReceivedRequest {
        method: (*method).into(),
        path: (*path).into(),
        headers,
        body: Vec::new(),
        at: Instant::now(),
        attempt: 0,
        connection: 0,
    })
}
