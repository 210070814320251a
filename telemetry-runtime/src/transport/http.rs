//! HTTPS on reqwest, inside the worker.
//!
//! Its async runtime is private, has one thread (the worker's) and at most one more for name
//! resolution, and is made at the first send: nothing of it ever touches a host's runtime. It never
//! follows a redirect, keeps no cookies, names no client, installs no process-wide TLS provider and
//! reads no environment: proxies and certificate paths were captured when the client was built.

use std::{
    error::Error,
    ffi::OsString,
    io,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;
use reqwest::{Url, header, redirect, retry};
use tokio::{runtime::Runtime, time};

use super::{
    Failure, FailureKind, Outcome, Request, Response, Transport, outgoing::Outgoing, retry_after,
};
use crate::client::{Endpoint, EndpointError, Place, is_loopback};

/// Name resolution, TCP and TLS together.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(1500);

/// An idle connection is kept for the next batch of the same burst, not until the next interval.
const IDLE_TIMEOUT: Duration = Duration::from_secs(15);

/// Of an answer's body: reading it only serves to use the connection again.
const MAX_BODY_BYTES: usize = 64 * 1024;
const BODY_TIMEOUT: Duration = Duration::from_millis(500);

/// Sends envelopes by HTTPS.
///
/// Connecting takes at most 1.5 s; the whole request ends at the deadline it is given. Certificates
/// are checked against the platform's roots and the bundled ones.
#[derive(Debug)]
pub struct HttpTransport {
    url: Url,
    surroundings: Surroundings,
    live: Option<Live>,
}

/// What the environment says about the way to the collector, captured once.
#[derive(Default)]
struct Surroundings {
    proxy: Option<String>,
    no_proxy: Option<String>,
    cert_file: Option<PathBuf>,
    cert_dir: Option<PathBuf>,
}

// Proxy addresses hold passwords.
impl std::fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Surroundings")
            .field("proxy", &self.proxy.is_some())
            .finish_non_exhaustive()
    }
}

/// What exists from the first send on.
#[derive(Debug)]
struct Live {
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
            Place::Url(url) => Ok(Self::from_url(url, &|_| None)),
            _ => Err(EndpointError::Invalid),
        }
    }

    pub(crate) fn from_url(url: Url, lookup: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let surroundings = Surroundings::capture(&url, lookup);
        Self {
            url,
            surroundings,
            live: None,
        }
    }

    fn live(&mut self) -> Result<&Live, Failure> {
        if self.live.is_none() {
            self.live = Some(Live::new(&self.url, &self.surroundings)?);
        }
        self.live.as_ref().ok_or(Failure::new(FailureKind::Setup))
    }
}

impl Transport for HttpTransport {
    fn send(&mut self, request: &Request<'_>, deadline: Instant) -> Outcome {
        let url = self.url.clone();
        match self.live() {
            Ok(live) => live.send(url, Bytes::copy_from_slice(request.body), deadline),
            Err(failure) => Outcome::NotSent(failure),
        }
    }
}

impl Surroundings {
    fn capture(url: &Url, lookup: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let text = |names: &[&str]| {
            let set = names
                .iter()
                .filter_map(|name| lookup(name)?.into_string().ok());
            set.map(|text| text.trim().to_owned())
                .find(|text| !text.is_empty())
        };
        let local = url.host_str().is_some_and(is_loopback);
        let proxy = match url.scheme() {
            _ if local => None,
            "https" => text(&["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]),
            // The upper-case form can be set by a request's header under CGI ("httpoxy").
            _ => text(&["http_proxy", "all_proxy", "ALL_PROXY"]),
        };
        Self {
            proxy,
            no_proxy: text(&["no_proxy", "NO_PROXY"]),
            cert_file: lookup("SSL_CERT_FILE").map(PathBuf::from),
            cert_dir: lookup("SSL_CERT_DIR").map(PathBuf::from),
        }
    }

    fn proxy(&self) -> Result<Option<reqwest::Proxy>, Failure> {
        let invalid = |_| setup("the proxy variable holds no valid URL");
        let proxy = self
            .proxy
            .as_deref()
            .map(reqwest::Proxy::all)
            .transpose()
            .map_err(invalid)?;
        let exceptions = self
            .no_proxy
            .as_deref()
            .and_then(reqwest::NoProxy::from_string);
        Ok(proxy.map(|proxy| proxy.no_proxy(exceptions)))
    }

    /// Bundled and platform roots; the latter cost milliseconds and are left out for plain HTTP.
    fn tls(&self, url: &Url) -> Result<rustls::ClientConfig, Failure> {
        let mut roots = rustls::RootCertStore::empty();
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        if url.scheme() == "https" {
            roots.add_parsable_certificates(self.platform_roots());
        }
        // Named here, so that it does not matter which provider the host installed, or none.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| setup("no TLS protocol version is supported"))?;
        Ok(config.with_root_certificates(roots).with_no_client_auth())
    }

    fn platform_roots(&self) -> impl Iterator<Item = rustls::pki_types::CertificateDer<'static>> {
        let loaded = match (self.cert_file.as_deref(), self.cert_dir.as_deref()) {
            (None, None) => rustls_native_certs::load_native_certs(),
            (file, dir) => rustls_native_certs::load_certs_from_paths(file, dir),
        };
        loaded.certs.into_iter()
    }
}

impl Live {
    fn new(url: &Url, surroundings: &Surroundings) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(1)
            .thread_name("telemetry-dns")
            .build()
            .map_err(|_| setup("the system refused what an async runtime needs"))?;
        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(surroundings.tls(url)?)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .http1_only()
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(IDLE_TIMEOUT);
        let builder = match surroundings.proxy()? {
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

    fn send(&self, url: Url, body: Bytes, deadline: Instant) -> Outcome {
        let Some(runtime) = &self.runtime else {
            return Outcome::NotSent(setup("the transport is being dropped"));
        };
        let complete = Arc::new(AtomicBool::new(false));
        let outgoing = Outgoing::new(body, Arc::clone(&complete));
        let request = self
            .client
            .post(url)
            .header(header::CONTENT_TYPE, "application/json")
            .body(reqwest::Body::wrap(outgoing));
        // Timers want to be made inside the runtime.
        let exchange = async { time::timeout_at(deadline.into(), exchange(request)).await };
        let failure = match runtime.block_on(exchange) {
            Ok(Ok(response)) => return Outcome::Response(response),
            Ok(Err(error)) => explain(&error),
            Err(_) => Failure::new(FailureKind::Timeout),
        };
        if complete.load(Ordering::Relaxed) {
            Outcome::Ambiguous(failure)
        } else {
            Outcome::NotSent(failure)
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        // Waits for nothing: a name resolution can hang for half a minute.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn exchange(request: reqwest::RequestBuilder) -> reqwest::Result<Response> {
    // Nothing ran since the last request: let the connection see that it was closed meanwhile,
    // before anything is written to it.
    tokio::task::yield_now().await;
    tokio::task::yield_now().await;
    let mut response = request.send().await?;
    let answer = Response {
        status: response.status().as_u16(),
        retry_after: response
            .headers()
            .get(header::RETRY_AFTER)
            .and_then(|value| retry_after::parse(value.to_str().ok()?, SystemTime::now())),
    };
    // The answer stands, whatever becomes of its body.
    let _ = time::timeout(BODY_TIMEOUT, read_some(&mut response)).await;
    Ok(answer)
}

async fn read_some(response: &mut reqwest::Response) {
    let mut left = MAX_BODY_BYTES;
    while let Ok(Some(piece)) = response.chunk().await {
        left = left.saturating_sub(piece.len());
        if left == 0 {
            break;
        }
    }
}

/// The stage that failed, and what may be said about it: never an address.
fn explain(error: &reqwest::Error) -> Failure {
    let sources = || std::iter::successors(error.source(), |error| (*error).source());
    let io = sources().find_map(|source| source.downcast_ref().map(innermost));
    let wrapped = io.and_then(|io| io.get_ref()?.downcast_ref::<rustls::Error>());
    let tls = wrapped.or_else(|| sources().find_map(|source| source.downcast_ref()));
    let detail = io.map(|io| io.kind().to_string()).unwrap_or_default();
    match tls {
        Some(tls) => Failure::new(FailureKind::Tls).detail(tls.to_string()),
        None if error.is_builder() => Failure::new(FailureKind::Setup),
        None if error.is_dns() => Failure::new(FailureKind::Resolve),
        None if error.is_timeout() => Failure::new(FailureKind::Timeout),
        None if error.is_connect() => Failure::new(FailureKind::Connect).detail(detail),
        None if io.is_some() => Failure::new(FailureKind::Io).detail(detail),
        None => Failure::new(FailureKind::Protocol),
    }
}

/// The I/O error inside I/O errors: each layer wraps the one below, and `source` skips them.
fn innermost(error: &io::Error) -> &io::Error {
    let inside = error.get_ref().and_then(|inner| inner.downcast_ref());
    inside.map_or(error, innermost)
}

fn setup(detail: &'static str) -> Failure {
    Failure::new(FailureKind::Setup).detail(detail)
}
