//! HTTPS on reqwest, inside the worker.
//!
//! Its async runtime is private, has one thread (the worker's) and one more while a name is being
//! resolved, and is made at the first send: nothing of it ever touches a host's runtime. It never
//! follows a redirect, keeps no cookies, names no client, installs no process-wide TLS provider and
//! reads no environment: proxies and certificate paths were captured when the client was built.
//!
//! A send is one [`exchange`](exchange::exchange). The parts that it passes note in
//! [`Progress`] how far it came; from that [`failure`] tells what became of it. After anything but
//! a complete answer the runtime goes, and with it every connection: nobody would run it until the
//! next send.

pub(crate) mod body;
pub(crate) mod env;
pub(crate) mod exchange;
pub(crate) mod failure;
pub(crate) mod resolver;
pub(crate) mod retry_after;
pub(crate) mod stage;
pub(crate) mod tls;

use std::{
    ffi::OsString,
    fmt, io,
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use reqwest::{Url, header, redirect, retry};
use tokio::runtime::{self, Runtime};

use self::{
    body::TrackedBody,
    env::ProxyEnv,
    exchange::SendResult,
    failure::setup,
    resolver::Resolver,
    stage::{Progress, Stage},
};
use super::{
    Failure, FailureKind, Outcome, Request, Transport,
    endpoint::{Destination, Endpoint, EndpointError},
};
use crate::util::env::EnvLookup;

/// Name resolution, TCP and TLS together.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(1500);

/// An idle connection is kept for the next batch of the same burst, not until the next interval.
const IDLE_TIMEOUT: Duration = Duration::from_secs(15);

/// Sends envelopes by HTTPS.
///
/// Connecting takes at most 1.5 s and tries at most four addresses; the whole request ends at the
/// deadline it is given. Certificates are checked against the platform's roots and the bundled ones.
/// Of the answer only the status and `Retry-After` count. A body of less than 64 KiB is read so that
/// the connection can be reused; a longer or broken one closes the connection.
///
/// A client calls it on its worker's thread. A call on a thread of a tokio runtime sends nothing and
/// returns [`Outcome::NotSent`].
///
/// A client makes one for its endpoint. Make one yourself for what an endpoint cannot say:
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
    proxy_env: ProxyEnv,
    progress: Arc<Progress>,
    resolver: Arc<Resolver>,
    tls: Option<rustls::ClientConfig>,
    /// Made at the start: tokio looks for a variable of its own when it makes one.
    runtime: runtime::Builder,
    live: Option<Connection>,
}

/// What exists from the first send on.
#[derive(Debug)]
struct Connection {
    client: reqwest::Client,
    runtime: Option<Runtime>,
}

impl HttpTransport {
    /// Sends to this `https` address, or to an `http` address of this machine; without a proxy.
    ///
    /// # Errors
    ///
    /// When the address is not a URL or may not be sent to.
    pub fn new(url: &str) -> Result<Self, EndpointError> {
        match Endpoint::parse(url, false)?.0 {
            Destination::Url(url) => Ok(Self::from_url(url, &|_| None)),
            _ => Err(EndpointError::Invalid),
        }
    }

    /// Takes the way to the collector from variables, which are looked up now and never again.
    ///
    /// | variable | meaning |
    /// | --- | --- |
    /// | `https_proxy`, `HTTPS_PROXY` | proxy to an `https` address |
    /// | `http_proxy`, `HTTP_PROXY` | proxy to an `http` address; under CGI the lower-case form only |
    /// | `all_proxy`, `ALL_PROXY` | proxy to either |
    /// | `no_proxy`, `NO_PROXY` | hosts that are reached without one |
    /// | `SSL_CERT_FILE`, `SSL_CERT_DIR` | certificates in place of the platform's |
    ///
    /// The first that is set and not empty counts. This machine is never reached through a proxy.
    #[must_use]
    pub fn env(mut self, lookup: impl Fn(&str) -> Option<OsString> + Send + Sync) -> Self {
        self.proxy_env = ProxyEnv::capture(&self.url, &lookup);
        self
    }

    /// Looks up addresses of hosts by `lookup` in place of the system.
    ///
    /// It may block: it runs on a thread of its own, of which there is at most one.
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
        self.resolver = Arc::new(Resolver::new(Arc::new(lookup), progress));
        self
    }

    pub(crate) fn from_url(url: Url, lookup: &EnvLookup<'_>) -> Self {
        let proxy_env = ProxyEnv::capture(&url, lookup);
        let progress = Arc::<Progress>::default();
        Self {
            url,
            proxy_env,
            resolver: Arc::new(Resolver::system(Arc::clone(&progress))),
            progress,
            tls: None,
            runtime: runtime::Builder::new_current_thread(),
            live: None,
        }
    }

    fn live(&mut self) -> Result<Connection, Failure> {
        if let Some(live) = self.live.take() {
            return Ok(live);
        }
        let tls = match &self.tls {
            Some(tls) => tls.clone(),
            None => {
                let secure = self.url.scheme() == "https" || self.proxy_env.has_proxy();
                let tls = tls::config(&self.proxy_env, secure, &self.progress)?;
                self.tls.insert(tls).clone()
            }
        };
        let runtime = self
            .runtime
            .enable_all()
            // A connection that always has something to read must not keep timers from firing.
            .event_interval(1)
            .max_blocking_threads(1)
            .build()
            .map_err(|_| setup("the system refused what an async runtime needs"))?;
        let proxy = self.proxy_env.proxy()?;
        Connection::new(tls, proxy, Arc::clone(&self.resolver), runtime)
    }

    fn exchange(&self, live: &Connection, body: Vec<u8>, deadline: Instant) -> SendResult {
        let body = TrackedBody::new(Bytes::from(body), Arc::clone(&self.progress));
        let request = live
            .client
            .post(self.url.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .body(reqwest::Body::wrap(body));
        let exchange = exchange::exchange(request, deadline, &self.progress);
        match &live.runtime {
            Some(runtime) => runtime.block_on(exchange),
            None => SendResult {
                outcome: Outcome::NotSent(setup("the transport is being dropped")),
                reusable: false,
            },
        }
    }
}

/// Its address can hold a password or a token, and so can that of a proxy.
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
        // A program may call it on a thread of its runtime, which cannot drive another one.
        if tokio::runtime::Handle::try_current().is_ok() {
            return Outcome::NotSent(setup("this thread belongs to an async runtime"));
        }
        let mut body = Vec::new();
        if body.try_reserve_exact(request.body.len()).is_err() {
            return Outcome::NotSent(Failure::no_memory());
        }
        body.extend_from_slice(request.body);
        let live = match self.live() {
            Ok(live) => live,
            Err(failure) => return Outcome::NotSent(failure),
        };
        let SendResult { outcome, reusable } = self.exchange(&live, body, deadline);
        self.live = reusable.then_some(live);
        outcome
    }
}

impl Connection {
    fn new(
        tls: rustls::ClientConfig,
        proxy: Option<reqwest::Proxy>,
        resolver: Arc<Resolver>,
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
            runtime: Some(runtime),
        })
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // Waits for nothing.
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
        let shown = format!("{transport:?}");
        assert_eq!(shown, "HttpTransport(Endpoint(https://a.example/v1))");
    }
}
