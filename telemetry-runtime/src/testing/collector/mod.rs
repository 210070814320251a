//! A scripted HTTP/1.1 server on loopback.
//!
//! Never hides what it got, never outlives its value, never hangs a test: memory and waits are
//! bounded, and dropping it ends every connection.
//!
//! One thread accepts, one serves each connection. A connection that says something takes the next
//! row of the script when its first byte arrives, before that byte is read; what follows is in the
//! row. The test reads and waits on the shared state.

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

/// The longest that one request takes from its first byte to the end of its answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// An HTTP/1.1 server on loopback that answers by a script and keeps what it was sent.
///
/// Limits, so that no test hangs for ever or fills the memory: a request may take 60 s from its
/// first byte to the end of its answer, then its connection is closed, and be 16 MiB large; 64 MiB
/// of requests are kept (the oldest make room), 256 connections served at once. Its receive buffer
/// is small, so that large requests are really under way when something happens to them.
///
/// Dropping it closes every connection and ends its threads.
///
/// ```
/// use std::{io::{Read, Write}, net::TcpStream, time::Duration};
/// use telemetry_runtime::testing::{ScriptedResponse, Collector};
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
#[must_use = "a collector serves only as long as it is there"]
pub struct Collector {
    address: SocketAddr,
    listener: Arc<TcpListener>,
    acceptor: Option<JoinHandle<()>>,
    shared: Arc<Shared>,
}

impl Collector {
    /// A collector that answers 200 to everything.
    ///
    /// ```
    /// let collector = telemetry_runtime::testing::Collector::start()?;
    /// assert!(collector.requests().is_empty());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When no socket or no thread can be had.
    pub fn start() -> io::Result<Self> {
        Self::script([])
    }

    /// A collector that answers the i-th request by the i-th row, then 200 to everything.
    ///
    /// Requests are counted over all connections, in the order in which their first bytes arrive.
    /// The script is read as it is needed: it may be endless.
    ///
    /// ```
    /// # use telemetry_runtime::testing::{ScriptedResponse, Collector};
    /// let flapping = [ScriptedResponse::reset(), ScriptedResponse::status(200)].into_iter().cycle();
    /// let collector = Collector::script(flapping)?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When no socket or no thread can be had.
    pub fn script<I>(rows: I) -> io::Result<Self>
    where
        I: IntoIterator<Item = ScriptedResponse>,
        I::IntoIter: Send + 'static,
    {
        Self::serve(Answers::Script(Mutex::new(Box::new(rows.into_iter()))))
    }

    /// A collector that looks at each request before it answers it, one at a time.
    ///
    /// The request is read whole, whatever the answer: here [`ScriptedResponse::refuse_to_read`] is an
    /// [`ScriptedResponse::silence`] that does not notice the client leaving, and [`ScriptedResponse::reset_after`] is
    /// an [`ScriptedResponse::reset`]. A function that panics closes the connection.
    ///
    /// ```
    /// # use telemetry_runtime::testing::{ScriptedResponse, Collector};
    /// let collector = Collector::with_handler(|request| {
    ///     let poisoned = request.text().contains("poison");
    ///     ScriptedResponse::status(if poisoned { 422 } else { 200 })
    /// })?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When no socket or no thread can be had.
    pub fn with_handler(
        choose: impl FnMut(&ReceivedRequest) -> ScriptedResponse + Send + 'static,
    ) -> io::Result<Self> {
        Self::serve(Answers::Function(Mutex::new(Box::new(choose))))
    }

    /// Where to send: `http://127.0.0.1:PORT`, without a slash at the end.
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

    /// The address it listens on, for clients that are not HTTP clients.
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

    /// The requests that arrived whole, in the order in which their last bytes did.
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

    /// Takes the requests that have arrived: later calls know only what comes after.
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

    /// Waits until `count` requests have arrived whole (since they were last
    /// [taken](Self::take_requests)), and returns all there are. Does not wait for their answers.
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
    /// [`WaitError`] when they have not arrived `within` that time (at most ten minutes).
    pub fn wait_for_requests(
        &self,
        count: usize,
        within: Duration,
    ) -> Result<Vec<ReceivedRequest>, WaitError> {
        let state = self.shared.wait(within, |state| state.arrived() >= count)?;
        Ok(state.requests())
    }

    /// What has happened so far.
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

    /// Waits until the counts are as `done` wants them. `done` runs under a lock: it must not use
    /// the collector.
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
    /// [`WaitError`] when that has not come `within` that time (at most ten minutes).
    pub fn wait_until(
        &self,
        within: Duration,
        mut done: impl FnMut(&Counts) -> bool,
    ) -> Result<Counts, WaitError> {
        Ok(self
            .shared
            .wait(within, |state| done(&state.counts))?
            .counts)
    }

    /// Lets one [held](ScriptedResponse::hold) answer go: the n-th call is for the n-th held answer, even if
    /// that is not there yet.
    ///
    /// ```
    /// # use telemetry_runtime::testing::{ScriptedResponse, Collector};
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
        // Either wakes the accepting thread. The second works everywhere, but where the first does
        // the port may be somebody else's by now.
        if SockRef::from(&*self.listener)
            .shutdown(Shutdown::Both)
            .is_err()
        {
            let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
        }
        // A function of the test may be stuck: its thread is left to itself then.
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

/// A listener whose connections hold few bytes under way: the kernel's defaults on loopback let a
/// client "write" megabytes that nobody reads.
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
            // Out of descriptors, most likely: ask again, but do not spin.
            Err(_) => shared.sleep(Duration::from_millis(10)),
        }
    }
    shared.change(|state| state.running -= 1);
}
