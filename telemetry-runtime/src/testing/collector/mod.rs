//! A scripted HTTP/1.1 server on loopback.
//!
//! One thread accepts connections, and one thread serves each connection. When the first byte of a
//! request arrives, and before it is read, the request takes the next row of the script. The row
//! determines how the rest of the request and its response are handled. The test reads the shared
//! state and waits for its changes.
//!
//! **Invariants.** Memory and waits are bounded, so that no test hangs. Dropping the collector ends
//! every connection. Every complete request is counted.

pub(crate) mod connection;
pub(crate) mod faults;
pub(crate) mod incoming;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod state;

use std::{
    fmt, io,
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
    time::Duration,
};

use socket2::{Domain, SockRef, Socket, Type};

use self::{connection::Answers, state::Shared};
pub(crate) use self::{
    request::ReceivedRequest,
    response::ScriptedResponse,
    state::{Counts, WaitError},
};
use crate::util::platform::sockets::limit_segment_size;

/// The limit for one request, from its first byte to the end of its answer.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// An HTTP/1.1 server on loopback that answers by a script and keeps its requests.
///
/// | limit | value | beyond it |
/// | --- | --- | --- |
/// | time from the first byte of a request to the end of its answer | 60 s | the connection is closed |
/// | size of a request's body | 16 MiB | the answer is 413 |
/// | size of the requests that are kept | 64 MiB | the oldest are removed |
/// | connections at the same time | 256 | new ones are closed |
///
/// The receive buffer is small, so that a large request is still in flight when its connection fails.
///
/// Dropping the collector closes every connection and ends its threads.
///
/// ```
/// use std::{io::{Read, Write}, net::TcpStream, time::Duration};
/// use telemetry_runtime::testing::{Collector, ScriptedResponse};
///
/// let collector = Collector::script([ScriptedResponse::status(202)])?;
/// let mut stream = TcpStream::connect(collector.address())?;
/// stream.write_all(b"GET /health HTTP/1.1\r\nConnection: close\r\n\r\n")?;
/// let mut answer = String::new();
/// stream.read_to_string(&mut answer)?;
/// assert!(answer.starts_with("HTTP/1.1 202"));
/// assert_eq!(collector.requests()[0].path, "/health");
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use = "a collector stops when it is dropped"]
pub struct Collector {
    address: SocketAddr,
    listener: Arc<TcpListener>,
    acceptor: Option<JoinHandle<()>>,
    shared: Arc<Shared>,
}

impl Collector {
    /// A collector that answers every request with 200.
    ///
    /// ```
    /// let collector = telemetry_runtime::testing::Collector::start()?;
    /// assert!(collector.requests().is_empty());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the socket or the thread cannot be created.
    pub fn start() -> io::Result<Self> {
        Self::script([])
    }

    /// A collector that answers the i-th request by the i-th row, and later requests with 200.
    ///
    /// Requests of all connections are numbered in the order in which their first bytes arrive. The
    /// iterator is advanced once per request, so it may be endless.
    ///
    /// ```
    /// # use telemetry_runtime::testing::{Collector, ScriptedResponse};
    /// let flapping = [ScriptedResponse::reset(), ScriptedResponse::status(200)].into_iter().cycle();
    /// let collector = Collector::script(flapping)?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the socket or the thread cannot be created.
    pub fn script<I>(rows: I) -> io::Result<Self>
    where
        I: IntoIterator<Item = ScriptedResponse>,
        I::IntoIter: Send + 'static,
    {
        Self::serve(Answers::Script(Mutex::new(Box::new(rows.into_iter()))))
    }

    /// A collector that calls `handler` with each request to get its answer, one request at a time.
    ///
    /// Every request is read completely. Therefore [`ScriptedResponse::reset_after`] acts like
    /// [`ScriptedResponse::reset`], and [`ScriptedResponse::refuse_to_read`] like
    /// [`ScriptedResponse::silence`], except that it does not notice when the client closes the
    /// connection. If `handler` panics, the connection is closed.
    ///
    /// ```
    /// # use telemetry_runtime::testing::{Collector, ScriptedResponse};
    /// let collector = Collector::with_handler(|request| {
    ///     let poisoned = request.text().contains("poison");
    ///     ScriptedResponse::status(if poisoned { 422 } else { 200 })
    /// })?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the socket or the thread cannot be created.
    pub fn with_handler(
        handler: impl FnMut(&ReceivedRequest) -> ScriptedResponse + Send + 'static,
    ) -> io::Result<Self> {
        Self::serve(Answers::Handler(Mutex::new(Box::new(handler))))
    }

    /// The URL of the collector: `http://127.0.0.1:PORT`, without a slash at the end.
    ///
    /// ```
    /// let collector = telemetry_runtime::testing::Collector::start()?;
    /// let endpoint = format!("{}/Events/v1", collector.url());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address of the listener, for clients that do not use HTTP.
    ///
    /// ```
    /// let collector = telemetry_runtime::testing::Collector::start()?;
    /// assert!(collector.address().ip().is_loopback());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The complete requests, in the order in which their last bytes arrived.
    ///
    /// ```
    /// let collector = telemetry_runtime::testing::Collector::start()?;
    /// // ... opt out, record something, shut down ...
    /// assert!(collector.requests().is_empty());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.shared.lock().requests()
    }

    /// Removes and returns the complete requests: later calls return later requests only.
    ///
    /// ```
    /// # use telemetry_runtime::testing::Collector;
    /// let collector = Collector::start()?;
    /// let first_part = collector.take_requests();
    /// // ... the second part of the test ...
    /// assert_eq!(collector.requests().len(), 0);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn take_requests(&self) -> Vec<ReceivedRequest> {
        self.shared.change(|state| state.take_requests())
    }

    /// Waits until there are `count` complete requests since [`take_requests`](Self::take_requests),
    /// and returns all of them. Does not wait for their answers.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use telemetry_runtime::testing::Collector;
    /// let collector = Collector::start()?;
    /// // ... something sends once ...
    /// # std::net::TcpStream::connect(collector.address()).and_then(|mut stream| {
    /// #     std::io::Write::write_all(&mut stream, b"POST / HTTP/1.1\r\n\r\n")
    /// # })?;
    /// let requests = collector.wait_for_requests(1, Duration::from_secs(60))?;
    /// assert_eq!(requests.len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`WaitError`] when they do not arrive within `timeout` (at most ten minutes).
    pub fn wait_for_requests(
        &self,
        count: usize,
        timeout: Duration,
    ) -> Result<Vec<ReceivedRequest>, WaitError> {
        let state = self
            .shared
            .wait(timeout, |state| state.arrived() >= count)?;
        Ok(state.requests())
    }

    /// Counts of connections and requests so far.
    ///
    /// ```
    /// let collector = telemetry_runtime::testing::Collector::start()?;
    /// assert_eq!(collector.counts().attempts, 0);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.shared.lock().counts
    }

    /// Waits until `done` returns true for the counts. `done` runs under a lock: it must not use the
    /// collector.
    ///
    /// ```
    /// # use std::{net::TcpStream, time::Duration};
    /// # use telemetry_runtime::testing::Collector;
    /// let collector = Collector::start()?;
    /// drop(TcpStream::connect(collector.address())?);
    /// let counts = collector.wait_until(Duration::from_secs(60), |counts| counts.closed == 1)?;
    /// assert_eq!(counts.requests, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`WaitError`] when `done` does not return true within `timeout` (at most ten minutes).
    pub fn wait_until(
        &self,
        timeout: Duration,
        mut done: impl FnMut(&Counts) -> bool,
    ) -> Result<Counts, WaitError> {
        Ok(self
            .shared
            .wait(timeout, |state| done(&state.counts))?
            .counts)
    }

    /// Releases one [held](ScriptedResponse::hold) answer. The n-th call releases the n-th held answer,
    /// even if its request has not arrived yet.
    ///
    /// ```
    /// # use telemetry_runtime::testing::{Collector, ScriptedResponse};
    /// let collector = Collector::script([ScriptedResponse::status(200).hold()])?;
    /// collector.release();
    /// // ... the first request will not be held ...
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn release(&self) {
        self.shared.change(|state| state.release());
    }

    fn serve(answers: Answers) -> io::Result<Self> {
        let listener = Arc::new(listen()?);
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        shared.lock().running = 1;
        let acceptor = {
            let (listener, shared) = (Arc::clone(&listener), Arc::clone(&shared));
            thread::Builder::new()
                .name("telemetry-collector".into())
                .spawn(move || accept(&listener, &shared, &Arc::new(answers)))?
        };
        Ok(Self {
            address,
            listener,
            acceptor: Some(acceptor),
            shared,
        })
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        let live = self.shared.stop();
        // Wakes the accepting thread. A shutdown of a listener works on Linux only; elsewhere a
        // connect does it. After a shutdown the port may belong to another process.
        if SockRef::from(&*self.listener)
            .shutdown(Shutdown::Both)
            .is_err()
        {
            let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
        }
        // If the test's handler blocks, its thread is not joined.
        let ended = self
            .shared
            .wait(Duration::from_secs(5), |state| state.running == 0);
        if ended.map(drop).is_ok() {
            let threads = live.into_iter().map(|connection| connection.thread);
            for thread in threads.chain(self.acceptor.take()) {
                let _ = thread.join();
            }
        }
    }
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector")
            .field("address", &self.address)
            .field("counts", &self.counts())
            .finish_non_exhaustive()
    }
}

/// A listener whose connections buffer few bytes. With the kernel's defaults on loopback, a client can
/// write megabytes that the collector never reads.
fn listen() -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_recv_buffer_size(4096)?;
    limit_segment_size(&socket);
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
    socket.listen(128)?;
    Ok(socket.into())
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>, answers: &Arc<Answers>) {
    while !shared.stopping() {
        match listener.accept() {
            Ok((stream, _)) => connection::serve(stream, shared, answers),
            // Usually no file descriptor is free: try again after a pause.
            Err(_) => shared.sleep(Duration::from_millis(10)),
        }
    }
    shared.change(|state| state.running -= 1);
}
