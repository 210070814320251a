//! Serves one connection: reads, holds, writes and ends as its row specifies.

use std::{
    io::{self, Write as _},
    net::{Shutdown, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use socket2::SockRef;

use super::{
    REQUEST_TIMEOUT,
    incoming::{Incoming, ReadError},
    request::ReceivedRequest,
    response::{End, Pace, ScriptedResponse, Take, Write},
    state::{Live, Shared},
};

/// Connections served at the same time; new ones beyond it are closed.
const MAX_CONNECTIONS: usize = 256;

/// The source of answers.
pub(super) enum Answers {
    /// One row per request, then 200.
    Script(Mutex<Rows>),
    /// Computed from the request.
    Handler(Mutex<Handler>),
}

pub(super) type Rows = Box<dyn Iterator<Item = ScriptedResponse> + Send>;
pub(super) type Handler = Box<dyn FnMut(&ReceivedRequest) -> ScriptedResponse + Send>;

/// Serves a connection on a new thread.
pub(super) fn serve(stream: TcpStream, shared: &Arc<Shared>, answers: &Arc<Answers>) {
    shared.change(|state| {
        if state.stopping || state.live.len() >= MAX_CONNECTIONS {
            return;
        }
        let number = state.counts.connections;
        let stream = Arc::new(stream);
        let connection = Connection {
            stream: Arc::clone(&stream),
            incoming: Incoming::new(Arc::clone(&stream)),
            shared: Arc::clone(shared),
            answers: Arc::clone(answers),
            number,
        };
        // The state is locked here: neither this code nor the drop of a failed closure may lock it.
        let spawned = thread::Builder::new()
            .name("telemetry-collector".into())
            .spawn(move || {
                // Dropped last, after the connection is closed.
                let _departure = Departure {
                    shared: Arc::clone(&connection.shared),
                    number,
                };
                connection.run();
            });
        if let Ok(thread) = spawned {
            state.counts.connections += 1;
            state.running += 1;
            state.live.insert(number, Live { stream, thread });
        }
    });
}

/// Removes a connection from the state when its thread returns or panics.
struct Departure {
    shared: Arc<Shared>,
    number: usize,
}

impl Drop for Departure {
    fn drop(&mut self) {
        self.shared.change(|state| {
            state.live.remove(&self.number);
            state.counts.closed += 1;
            state.running -= 1;
        });
    }
}

struct Connection {
    stream: Arc<TcpStream>,
    incoming: Incoming,
    shared: Arc<Shared>,
    answers: Arc<Answers>,
    number: usize,
}

impl Connection {
    fn run(mut self) {
        // The writes of a slow answer must not be merged.
        let _ = self.stream.set_nodelay(true);
        while self.incoming.wait_for_first_byte() {
            let deadline = Instant::now() + REQUEST_TIMEOUT;
            let end = self
                .exchange(deadline)
                .unwrap_or_else(|error| self.refuse(error));
            match end {
                End::Keep => {}
                End::Close => return,
                End::Reset => {
                    let _ = SockRef::from(&*self.stream).set_linger(Some(Duration::ZERO));
                    return;
                }
                End::Linger => return self.incoming.drain(deadline),
                End::Abandon => {
                    self.shared.sleep(REQUEST_TIMEOUT);
                    return;
                }
            }
        }
    }

    /// Reads one request and writes its answer.
    fn exchange(&mut self, deadline: Instant) -> Result<End, ReadError> {
        let (attempt, row) = self.begin();
        let take = row.as_ref().map_or(Take::Whole, |answer| answer.take);
        let request = match take {
            Take::Whole => Some(self.incoming.read_request(usize::MAX, deadline)?),
            Take::First(bytes) => match self.incoming.read_request(bytes, deadline) {
                Err(ReadError::BudgetExhausted) => None,
                request => Some(request?),
            },
            Take::Nothing => None,
        };
        let request = request.map(|request| ReceivedRequest {
            attempt,
            connection: self.number,
            ..request
        });
        if let Some(request) = request.clone() {
            self.shared.change(|state| state.keep(request));
        }
        let answer = row.unwrap_or_else(|| self.choose(request.as_ref()));
        let keeps = request
            .as_ref()
            .is_none_or(ReceivedRequest::keeps_connection);
        if answer.held && !self.shared.hold(deadline) {
            return Ok(End::Close);
        }
        if !matches!(answer.write, Write::Nothing) {
            if AnswerWriter::new(self, answer.pace, deadline)
                .write(&answer.write)
                .is_err()
            {
                return Ok(End::Close);
            }
            self.shared.change(|state| state.counts.answered += 1);
        }
        let last = !keeps || announces_close(&answer);
        Ok(if last && answer.end == End::Keep {
            End::Close
        } else {
            answer.end
        })
    }

    /// Takes the next row; requests are ordered by their first bytes.
    fn begin(&self) -> (usize, Option<ScriptedResponse>) {
        let count = || {
            self.shared.change(|state| {
                state.counts.attempts += 1;
                state.counts.attempts - 1
            })
        };
        match &*self.answers {
            Answers::Script(rows) => {
                let mut rows = rows.lock().unwrap_or_else(PoisonError::into_inner);
                let row = rows.next().unwrap_or_else(|| ScriptedResponse::status(200));
                (count(), Some(row))
            }
            Answers::Handler(_) => (count(), None),
        }
    }

    fn choose(&self, request: Option<&ReceivedRequest>) -> ScriptedResponse {
        match (&*self.answers, request) {
            (Answers::Handler(handler), Some(request)) => {
                handler.lock().unwrap_or_else(PoisonError::into_inner)(request)
            }
            _ => ScriptedResponse::status(200),
        }
    }

    /// Answers bytes that are not a valid request.
    fn refuse(&mut self, error: ReadError) -> End {
        let status = match error {
            ReadError::Closed | ReadError::BudgetExhausted => return End::Close,
            ReadError::Malformed => "400",
            ReadError::TooLarge => "413",
        };
        self.shared.change(|state| state.counts.refused += 1);
        let head = format!("HTTP/1.1 {status} \r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        let _ = (&*self.stream).write_all(head.as_bytes());
        // Closing with unread bytes would reset the connection before the client reads the status.
        let _ = self.stream.shutdown(Shutdown::Write);
        End::Linger
    }
}

/// Writes an answer at its pace, until the client, the collector or the deadline ends it.
struct AnswerWriter<'c> {
    stream: &'c TcpStream,
    shared: &'c Shared,
    pace: Option<Pace>,
    deadline: Instant,
    started: bool,
}

impl<'c> AnswerWriter<'c> {
    fn new(connection: &'c Connection, pace: Option<Pace>, deadline: Instant) -> Self {
        let Connection { stream, shared, .. } = connection;
        Self {
            stream,
            shared,
            pace,
            deadline,
            started: false,
        }
    }

    fn write(&mut self, answer: &Write) -> io::Result<()> {
        match answer {
            Write::Nothing => Ok(()),
            Write::Raw(bytes) => self.put(bytes),
            Write::Response {
                status,
                headers,
                body,
            } => self.put(&render(*status, headers, body)),
            Write::Endless { head, unit } => {
                self.put(head.as_bytes())?;
                loop {
                    self.put(unit.as_bytes())?;
                }
            }
        }
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(pace) = self.pace else {
            return self.put_at_once(bytes);
        };
        for part in bytes.chunks(pace.bytes) {
            if self.started {
                self.shared.sleep(pace.every.min(self.left()));
            }
            self.put_at_once(part)?;
            self.started = true;
        }
        Ok(())
    }

    fn put_at_once(&mut self, bytes: &[u8]) -> io::Result<()> {
        let left = self.left();
        if left.is_zero() || self.shared.stopping() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_write_timeout(Some(left))?;
        self.stream.write_all(bytes)
    }

    fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

/// The bytes of a response.
fn render(status: u16, headers: &[(String, String)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} \r\n");
    let framed = headers.iter().any(|(name, _)| {
        ["Content-Length", "Transfer-Encoding"]
            .iter()
            .any(|own| name.eq_ignore_ascii_case(own))
    });
    let bodiless = matches!(status, 100..=199 | 204 | 304);
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    if !framed && !bodiless {
        head.extend(["Content-Length: ", &body.len().to_string(), "\r\n"]);
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}

fn announces_close(answer: &ScriptedResponse) -> bool {
    let Write::Response { headers, .. } = &answer.write else {
        return false;
    };
    let close = |(name, value): &(String, String)| {
        name.eq_ignore_ascii_case("Connection") && value.eq_ignore_ascii_case("close")
    };
    headers.iter().any(close)
}
