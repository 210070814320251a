//! Addresses on loopback where no server answers.
//!
//! **Invariants.** The socket stays bound while the value lives, so that no other process can take
//! the port.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpStream},
    time::Duration,
};

use socket2::{Domain, Socket, Type};

/// A connect that takes longer hangs. Each black hole waits once for this time.
const PROBE: Duration = Duration::from_millis(100);

/// A loopback address where connecting fails while this value lives.
///
/// ```
/// use std::{io::ErrorKind, net::TcpStream};
/// use telemetry_runtime::testing::UnreachableEndpoint;
///
/// let endpoint = UnreachableEndpoint::refusing()?;
/// assert!(endpoint.url().starts_with("http://127.0.0.1:"));
/// let error = TcpStream::connect(endpoint.address()).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "other processes can take the port when this is dropped"]
pub struct UnreachableEndpoint {
    address: SocketAddr,
    _socket: Socket,
    _fillers: Vec<TcpStream>,
}

impl UnreachableEndpoint {
    /// An address where every connect is refused: its port is bound without a listener.
    ///
    /// Windows repeats a refused connect and reports it after about 2 s, other systems immediately.
    ///
    /// ```
    /// use telemetry_runtime::testing::UnreachableEndpoint;
    /// let endpoint = UnreachableEndpoint::refusing()?;
    /// assert!(std::net::TcpStream::connect(endpoint.address()).is_err());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the socket cannot be created or bound.
    pub fn refusing() -> io::Result<Self> {
        let (socket, address) = bind()?;
        Ok(Self {
            address,
            _socket: socket,
            _fillers: Vec::new(),
        })
    }

    /// An address where every connect hangs, as if a firewall dropped the packets: a listener that
    /// never accepts, with a full queue.
    ///
    /// Takes about 100 ms, because it verifies that a connect hangs.
    ///
    /// ```
    /// use std::{net::TcpStream, time::Duration};
    /// use telemetry_runtime::testing::UnreachableEndpoint;
    /// let hole = UnreachableEndpoint::black_hole()?;
    /// let connect = TcpStream::connect_timeout(&hole.address(), Duration::from_millis(10));
    /// assert_eq!(connect.unwrap_err().kind(), std::io::ErrorKind::TimedOut);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the socket cannot be created or bound; [`io::ErrorKind::Unsupported`] where connects do
    /// not hang on a full queue. They hang on Linux; other systems may refuse or accept them.
    pub fn black_hole() -> io::Result<Self> {
        let (socket, address) = bind()?;
        // Linux accepts one connection more than the backlog and drops the SYN of any other.
        socket.listen(0)?;
        let mut fillers = Vec::new();
        for _ in 0..16 {
            match TcpStream::connect_timeout(&address, PROBE) {
                Ok(filler) => fillers.push(filler),
                // The first connect fits into the queue: a busy machine was slow.
                Err(error) if error.kind() == io::ErrorKind::TimedOut && fillers.is_empty() => {}
                Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                    return Ok(Self {
                        address,
                        _socket: socket,
                        _fillers: fillers,
                    });
                }
                Err(_) => break,
            }
        }
        Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "connects do not hang on this system when a listener's queue is full",
        ))
    }

    /// The URL of the address, `http://127.0.0.1:PORT`, without a slash at the end.
    ///
    /// ```
    /// let endpoint = telemetry_runtime::testing::UnreachableEndpoint::refusing()?;
    /// assert_eq!(endpoint.url(), format!("http://{}", endpoint.address()));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address itself.
    ///
    /// ```
    /// let endpoint = telemetry_runtime::testing::UnreachableEndpoint::refusing()?;
    /// assert!(endpoint.address().ip().is_loopback());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

fn bind() -> io::Result<(Socket, SocketAddr)> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
    let address = socket
        .local_addr()?
        .as_socket()
        .ok_or_else(|| io::Error::other("a bound IPv4 socket has an address"))?;
    Ok((socket, address))
}
