//! Addresses on loopback where no server answers.
//!
//! Never a port that somebody else can take meanwhile: the socket stays bound as long as the value
//! lives.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpStream},
    time::Duration,
};

use socket2::{Domain, Socket, Type};

/// How long a connect must hang before the black hole is believed. It passes once per black hole.
const PROBE: Duration = Duration::from_millis(100);

/// A loopback address where connecting fails, for as long as this value lives.
///
/// ```
/// use std::{io::ErrorKind, net::TcpStream};
/// use telemetry_runtime::testing::UnreachableEndpoint;
///
/// let nobody = UnreachableEndpoint::refusing()?;
/// assert!(nobody.url().starts_with("http://127.0.0.1:"));
/// let error = TcpStream::connect(nobody.address()).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "the port is free for others as soon as this is dropped"]
pub struct UnreachableEndpoint {
    address: SocketAddr,
    _socket: Socket,
    _fillers: Vec<TcpStream>,
}

impl UnreachableEndpoint {
    /// An address where every connect is refused at once: its port is bound and nobody listens.
    ///
    /// ```
    /// use telemetry_runtime::testing::UnreachableEndpoint;
    /// let nobody = UnreachableEndpoint::refusing()?;
    /// assert!(std::net::TcpStream::connect(nobody.address()).is_err());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When no socket can be had.
    pub fn refusing() -> io::Result<Self> {
        let (socket, address) = bind()?;
        Ok(Self {
            address,
            _socket: socket,
            _fillers: Vec::new(),
        })
    }

    /// An address where every connect hangs, as if a firewall dropped the packets: a listener that
    /// never accepts and whose queue is full.
    ///
    /// Takes about 100 ms, since it tries the address before it hands it out.
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
    /// When no socket can be had; [`io::ErrorKind::Unsupported`] where connects do not hang on a
    /// full queue. They do on Linux; other systems are free to refuse or accept them.
    pub fn black_hole() -> io::Result<Self> {
        let (socket, address) = bind()?;
        // Linux takes one connection more than the backlog and drops the SYN of any further one.
        socket.listen(0)?;
        let mut fillers = Vec::new();
        for _ in 0..16 {
            match TcpStream::connect_timeout(&address, PROBE) {
                Ok(filler) => fillers.push(filler),
                // Never the first: a busy machine was late with it.
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
            "this system does not let connects hang when a listener's queue is full",
        ))
    }

    /// The URL of the address, `http://127.0.0.1:PORT`, without a slash at the end.
    ///
    /// ```
    /// let nobody = telemetry_runtime::testing::UnreachableEndpoint::refusing()?;
    /// assert_eq!(nobody.url(), format!("http://{}", nobody.address()));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address itself.
    ///
    /// ```
    /// let nobody = telemetry_runtime::testing::UnreachableEndpoint::refusing()?;
    /// assert!(nobody.address().ip().is_loopback());
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
