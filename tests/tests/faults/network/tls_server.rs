//! An HTTPS server on loopback with certificates of a private authority.

use std::{
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use rcgen::{BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

/// Answers every request, with 200 by default, and keeps its head.
pub(crate) struct TlsServer {
    address: SocketAddr,
    authority: PathBuf,
    seen: mpsc::Receiver<String>,
}

impl TlsServer {
    /// A server with a good certificate for these hosts.
    pub(crate) fn start(hosts: &[&str]) -> Self {
        Self::with(hosts, |_| {})
    }

    /// A server that redirects every request to `location`.
    pub(crate) fn redirecting(hosts: &[&str], location: &str) -> Self {
        let head = format!("HTTP/1.1 307 Temporary Redirect\r\nLocation: {location}\r\n");
        Self::serving(certified(hosts, |_| {}), &head)
    }

    /// A server with a certificate that was changed before it was signed.
    pub(crate) fn with(hosts: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Self {
        Self::serving(certified(hosts, change), "HTTP/1.1 200 OK\r\n")
    }

    /// A server with the certificate of an authority that signed itself.
    pub(crate) fn self_signed(hosts: &[&str]) -> Self {
        let mut params = params(hosts);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let pem = certificate.pem();
        Self::serving((config(&certificate, &key), pem), "HTTP/1.1 200 OK\r\n")
    }

    /// A server with a good certificate that ends each connection in this way after the handshake.
    pub(crate) fn ending(hosts: &[&str], end: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        Self::serving_by(certified(hosts, |_| {}), move |mut stream, config, _| {
            let mut connection = ServerConnection::new(config).map_err(io::Error::other)?;
            connection.complete_io(&mut stream)?;
            end(stream);
            Ok(())
        })
    }

    fn serving(certified: (Arc<ServerConfig>, String), answer: &str) -> Self {
        let answer = format!("{answer}Content-Length: 0\r\n\r\n");
        Self::serving_by(certified, move |stream, config, seen| {
            serve(stream, config, &answer, seen)
        })
    }

    fn serving_by(
        (config, authority): (Arc<ServerConfig>, String),
        serve: impl Fn(TcpStream, Arc<ServerConfig>, &mpsc::Sender<String>) -> io::Result<()>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (send, seen) = mpsc::channel();
        let serve = Arc::new(serve);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (config, send) = (Arc::clone(&config), send.clone());
                let serve = Arc::clone(&serve);
                thread::spawn(move || serve(stream.unwrap(), config, &send));
            }
        });
        Self {
            address,
            authority: store(&authority),
            seen,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self) -> String {
        format!("https://localhost:{}/V1", self.address.port())
    }

    /// Path of a file with the authority's certificate.
    pub(crate) fn authority(&self) -> String {
        self.authority.to_str().unwrap().to_owned()
    }

    pub(crate) fn next_request(&self) -> String {
        self.seen.recv_timeout(Duration::from_secs(60)).unwrap()
    }

    /// True when no request came so far.
    pub(crate) fn saw_nothing(&self) -> bool {
        self.seen.try_recv().is_err()
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.authority);
    }
}

fn certified(
    hosts: &[&str],
    change: impl FnOnce(&mut CertificateParams),
) -> (Arc<ServerConfig>, String) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().unwrap();
    let root = authority.self_signed(&authority_key).unwrap();
    let issuer = Issuer::new(authority, authority_key);

    let mut params = params(hosts);
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &issuer).unwrap();
    (config(&certificate, &key), root.pem())
}

fn params(hosts: &[&str]) -> CertificateParams {
    let hosts: Vec<_> = hosts.iter().map(|host| (*host).to_owned()).collect();
    CertificateParams::new(hosts).unwrap()
}

fn config(certificate: &Certificate, key: &KeyPair) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    Arc::new(config)
}

fn store(pem: &str) -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("authority-{}-{number}.pem", std::process::id());
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&file, pem).unwrap();
    file
}

fn serve(
    stream: TcpStream,
    config: Arc<ServerConfig>,
    answer: &str,
    seen: &mpsc::Sender<String>,
) -> io::Result<()> {
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut reader = BufReader::new(StreamOwned::new(connection, stream));
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head)? == 0 {
                return Ok(());
            }
        }
        let lower = head.to_ascii_lowercase();
        let length = lower.split("content-length: ").nth(1).unwrap();
        let length = length.lines().next().unwrap().parse().unwrap();
        io::copy(&mut reader.by_ref().take(length), &mut io::sink())?;
        let _ = seen.send(head);
        let stream = reader.get_mut();
        stream.write_all(answer.as_bytes())?;
        stream.flush()?;
    }
}
