//! HTTPS by reqwest on the worker's thread.
//!
//! The async runtime is private and created at the first send. It runs on the worker's thread, plus
//! one thread, if there is one, while a host name is being looked up. A send is one
//! [`exchange`](exchange::exchange): each part records in [`Progress`] the stage that it reached, and
//! [`failure`] derives the outcome from that stage.
//!
//! After anything except a complete answer, the runtime is dropped with its connection, because it
//! does not run until the next send.
//!
//! **Invariants.** Never touches the host's async runtime, never follows a redirect, stores no
//! cookies, sends no `User-Agent`, shows no header in `Debug`, installs no process-wide TLS provider, never connects directly when
//! a variable requires a proxy. Proxies and certificate
//! paths are captured when the client is built.

pub(crate) mod body;
mod deadline;
pub(crate) mod env;
pub(crate) mod exchange;
pub(crate) mod failure;
#[cfg(feature = "gzip")]
mod gzip;
pub(crate) mod headers;
pub(crate) mod no_proxy;
pub(crate) mod resolver;
pub(crate) mod retry_after;
mod runtime;
pub(crate) mod stage;
pub(crate) mod tls;

use std::{
    ffi::OsString,
    fmt, io,
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use reqwest::{
    Url,
    header::{self, HeaderMap},
    redirect, retry,
};
use rustls::pki_types::ServerName;
use tokio::runtime::Runtime;

use self::{
    body::TrackedBody,
    deadline::DeadlineTimer,
    env::ProxyEnv,
    exchange::{AnswerBody, SendResult},
    failure::setup,
    resolver::Resolver,
    runtime::Runtimes,
    stage::{Progress, Stage},
};
use super::{
    ChildTransport, Failure, FailureKind, Outcome, Request, Transport,
    endpoint::{Destination, Endpoint, EndpointError},
};
use crate::util::{env::EnvLookup, platform::descriptors};

/// Name resolution, TCP and TLS together.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(1500);

/// The limit of DNS for the part of a name between two dots. An IPv6 address is shorter.
const MAX_LABEL_BYTES: usize = 63;

/// Keeps a connection for the next batch of a burst, but not until the next flush interval.
const IDLE_TIMEOUT: Duration = Duration::from_secs(15);

/// Sends envelopes by HTTPS.
///
/// Connecting takes at most 1.5 s and tries at most four addresses. The request ends at its deadline.
/// Certificates are checked against the platform's roots and the bundled ones. Only the status and
/// `Retry-After` of an answer are evaluated, and for OTLP the number of rejected log records. A body of less than 64 KiB is read so that the
/// connection can be reused; a longer or broken body closes the connection.
///
/// On Unix, a connection never gets the descriptor of a standard stream that the host has closed: the
/// null device replaces that stream first, and stays open until the process ends.
///
/// A client calls it on its worker's thread. A call on a thread of a tokio runtime sends nothing and
/// returns [`Outcome::NotSent`].
///
/// The HTTP client writes lines at debug and trace level to the host's logs, by the crates `log` and
/// `tracing`, with the collector's host name and address but without events. No library can prevent
/// them. A host that logs at debug level silences the targets `reqwest` and `hyper_util`, for example
/// with `RUST_LOG=debug,reqwest=warn,hyper_util=warn`.
///
/// A client creates this transport for an endpoint that is a URL. Create it directly to set a custom
/// [environment](Self::env) or [resolver](Self::resolver):
///
/// ```
/// use telemetry_runtime::{Client, Product, transport::HttpTransport};
///
/// static MY_TOOL: Product = Product::new("my-tool");
/// let transport = HttpTransport::new("https://telemetry.example/v1/events")?
///     .env(|name| std::env::var_os(name));
/// let telemetry = Client::builder(&MY_TOOL).transport(transport).build();
/// # Ok::<(), telemetry_runtime::transport::EndpointError>(())
/// ```
pub struct HttpTransport {
    url: Url,
    /// Headers beside those of HTTP.
    headers: HeaderMap,
    proxy_env: ProxyEnv,
    progress: Arc<Progress>,
    resolver: Arc<Resolver>,
    tls: Option<rustls::ClientConfig>,
    runtimes: Runtimes,
    connection: Option<Connection>,
}

/// The HTTP client and its runtime, created at the first send.
#[derive(Debug)]
struct Connection {
    client: reqwest::Client,
    timer: DeadlineTimer,
    runtime: Option<Runtime>,
}

impl HttpTransport {
    /// Sends to this `https` address, or to an `http` address of this machine, without a proxy.
    ///
    /// # Errors
    ///
    /// When the address is not a URL, or is `http` to another machine.
    pub fn new(url: &str) -> Result<Self, EndpointError> {
        match url.parse::<Endpoint>()?.0 {
            Destination::Url(url) => Ok(Self::from_url(url, false, &|_| None)),
            _ => Err(EndpointError::Invalid),
        }
    }

    /// Sets the proxy and the root certificates from environment variables. `lookup` is called now
    /// and never again.
    ///
    /// | variable | meaning |
    /// | --- | --- |
    /// | `https_proxy`, `HTTPS_PROXY` | proxy for an `https` address |
    /// | `http_proxy`, `HTTP_PROXY` | proxy for an `http` address; under CGI the lower-case form only |
    /// | `all_proxy`, `ALL_PROXY` | proxy for either |
    /// | `no_proxy`, `NO_PROXY` | hosts that are reached without a proxy |
    /// | `SSL_CERT_FILE`, `SSL_CERT_DIR` | root certificates that replace those of the platform |
    ///
    /// In each row, the first variable that is set and not empty counts; a proxy of the scheme
    /// precedes `all_proxy`. This machine is never reached through a proxy.
    ///
    /// A proxy is an `http` or `https` address, with `http` as the default scheme. A request is never
    /// sent without the proxy that a variable requires: with any other value, such as a SOCKS proxy,
    /// each request fails with [`FailureKind::Setup`] and a detail that says why.
    ///
    /// Exceptions are separated by commas or spaces. Each is `*`, a domain with its subdomains
    /// (`a.example`, `.a.example` or `*.a.example`), an address, or a range of addresses
    /// (`10.0.0.0/8`), and may have a port, such as `a.example:8443`.
    ///
    /// Only regular files of at most 4 MiB are read for certificates. On Windows and macOS the
    /// certificate variables of the process also replace the platform's certificates.
    #[must_use]
    pub fn env(mut self, lookup: impl Fn(&str) -> Option<OsString> + Send + Sync) -> Self {
        self.proxy_env = ProxyEnv::capture(&self.url, &lookup);
        self
    }

    /// Looks up the addresses of a host by `lookup` instead of the system.
    ///
    /// `lookup` may block: it runs on a separate thread, of which there is at most one. If the system
    /// refuses this thread, `lookup` runs on the thread that sends.
    ///
    /// ```
    /// # use telemetry_runtime::transport::HttpTransport;
    /// let transport = HttpTransport::new("https://telemetry.example/")?
    ///     .resolver(|_host| Ok(vec![[192, 0, 2, 7].into()]));
    /// # Ok::<(), telemetry_runtime::transport::EndpointError>(())
    /// ```
    #[must_use]
    pub fn resolver(
        mut self,
        lookup: impl Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync + 'static,
    ) -> Self {
        let progress = Arc::clone(&self.progress);
        let resolver = Resolver::new(Arc::new(lookup), self.resolver.loopback_only, progress);
        self.resolver = Arc::new(resolver);
        self
    }

    pub(crate) fn from_url(url: Url, allow_insecure: bool, lookup: &EnvLookup<'_>) -> Self {
        let proxy_env = ProxyEnv::capture(&url, lookup);
        let progress = Arc::<Progress>::default();
        let loopback_only = url.scheme() == "http" && !allow_insecure;
        let resolver = Resolver::system(loopback_only, Arc::clone(&progress));
        Self {
            url,
            headers: HeaderMap::new(),
            proxy_env,
            resolver: Arc::new(resolver),
            progress,
            tls: None,
            runtimes: Runtimes::new(),
            connection: None,
        }
    }

    /// The connection of the last request, or a new one.
    fn connection(&mut self, deadline: Instant) -> Result<Connection, Failure> {
        let descriptors = match descriptors::standard_streams_are_open() {
            true if self.connection.is_some() => Ok(()),
            _ => descriptors::occupy_standard_streams(),
        };
        if let Some(connection) = self.connection.take() {
            return Ok(connection);
        }
        descriptors.map_err(|_| setup("there is no free file descriptor"))?;
        check_name(&self.url)?;
        let proxy = self.proxy_env.proxy()?;
        let tls = match &self.tls {
            Some(tls) => tls.clone(),
            None => {
                let secure = self.url.scheme() == "https" || self.proxy_env.has_proxy();
                let tls = tls::config(&self.proxy_env, secure, &self.progress)?;
                self.tls.insert(tls).clone()
            }
        };
        let runtime = self.runtimes.create(deadline)?;
        let timer = {
            let _context = runtime.enter();
            DeadlineTimer::new(deadline)
        };
        Connection::new(tls, proxy, Arc::clone(&self.resolver), timer, runtime)
    }

    fn exchange(
        &self,
        connection: &mut Connection,
        body: TrackedBody,
        answer_body: AnswerBody,
        deadline: Instant,
    ) -> SendResult {
        let request = connection
            .client
            .post(self.url.clone())
            .headers(self.headers.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .body(reqwest::Body::wrap(body));
        let timer = &mut connection.timer;
        let exchange = exchange::exchange(request, deadline, timer, &self.progress, answer_body);
        match &connection.runtime {
            Some(runtime) => runtime.block_on(exchange),
            None => SendResult {
                outcome: Outcome::NotSent(setup("the transport is being dropped")),
                reusable: false,
            },
        }
    }
}

/// Names the cause for hosts that no lookup can find; the HTTP client rejects them without one.
fn check_name(url: &Url) -> Result<(), Failure> {
    let host = url.host_str().unwrap_or_default();
    let unknown = |detail| Err(Failure::new(FailureKind::Resolve).with_detail(detail));
    if host.split('.').any(|label| label.len() > MAX_LABEL_BYTES) {
        return unknown("a label of the host's name is longer than 63 letters");
    }
    let name = host.trim_start_matches('[').trim_end_matches(']');
    if url.scheme() == "https" && ServerName::try_from(name).is_err() {
        return unknown("the host's name is not valid for TLS");
    }
    Ok(())
}

/// Shows the address without credentials and query; never shows the proxy.
impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let endpoint = Endpoint(Destination::Url(self.url.clone()));
        f.debug_tuple("HttpTransport").field(&endpoint).finish()
    }
}

impl Transport for HttpTransport {
    fn send(&mut self, request: &Request<'_>, deadline: Instant) -> Outcome {
        self.progress.reach(Stage::Connecting);
        if deadline <= Instant::now() {
            return Outcome::NotSent(Failure::new(FailureKind::Timeout));
        }
        // A thread that runs an async runtime cannot block on a second one.
        if tokio::runtime::Handle::try_current().is_ok() {
            return Outcome::NotSent(setup("this thread belongs to an async runtime"));
        }
        let Some(body) = body::of(request, &self.headers) else {
            return Outcome::NotSent(Failure::no_memory());
        };
        let mut connection = match self.connection(deadline) {
            Ok(connection) => connection,
            Err(failure) => return Outcome::NotSent(failure),
        };
        let body = TrackedBody::new(body, Arc::clone(&self.progress));
        #[cfg(feature = "spool")]
        let body = body.permitted_by(request.permit());
        let SendResult { outcome, reusable } =
            self.exchange(&mut connection, body, AnswerBody::of(request), deadline);
        self.connection = reusable.then_some(connection);
        outcome
    }

    fn for_child(&self) -> Option<ChildTransport> {
        let (url, proxy_env) = (self.url.clone(), self.proxy_env.clone());
        let headers = self.headers.clone();
        let (lookup, loopback_only) = (self.resolver.lookup(), self.resolver.loopback_only);
        let spare = Runtimes::spare();
        Some(Box::new(move || {
            let progress = Arc::<Progress>::default();
            Box::new(Self {
                url: url.clone(),
                headers: headers.clone(),
                proxy_env: proxy_env.clone(),
                resolver: Arc::new(Resolver::new(
                    Arc::clone(&lookup),
                    loopback_only,
                    Arc::clone(&progress),
                )),
                progress,
                tls: None,
                runtimes: Runtimes::for_child(&spare),
                connection: None,
            })
        }))
    }
}

impl Connection {
    fn new(
        tls: rustls::ClientConfig,
        proxy: Option<reqwest::Proxy>,
        resolver: Arc<Resolver>,
        timer: DeadlineTimer,
        runtime: Runtime,
    ) -> Result<Self, Failure> {
        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(resolver)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .http1_only()
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(IDLE_TIMEOUT);
        let builder = match proxy {
            Some(proxy) => builder.proxy(proxy),
            None => builder,
        };
        let client = builder
            .build()
            .map_err(|_| setup("the HTTP client could not be built"))?;
        Ok(Self {
            client,
            timer,
            runtime: Some(runtime),
        })
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // Does not wait for the lookup thread.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_contains_no_secret() {
        let secret = |_: &str| Some("http://me:proxy-password@proxy.example".into());
        let transport = HttpTransport::new("https://me:password@a.example/v1?token=secret");
        let transport = transport.unwrap().env(secret);
        let transport = transport.api_key("x-api-key", "secret-key");
        let shown = format!("{transport:?}");
        assert_eq!(shown, "HttpTransport(Endpoint(https://a.example/v1))");
    }
}
