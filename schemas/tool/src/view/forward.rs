//! Copies of the received envelopes for another address.

use std::{
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use reqwest::{Client, Url, header, redirect};
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// Envelopes, and their bytes, that wait to be forwarded. Others are counted as dropped.
const WAITING: usize = 1024;
const WAITING_BYTES: usize = 16 * 1024 * 1024;
const TIMEOUT: Duration = Duration::from_secs(10);

/// The address of `--forward`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target(Url);

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let complete = "write the whole address, such as https://collector.example/v1/events";
        let is_full = text.starts_with("http://") || text.starts_with("https://");
        let url = Url::parse(text)
            .ok()
            .filter(|url| is_full && url.has_host());
        let url = url.ok_or_else(|| complete.to_owned())?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(
                "the address has a password, which the page would show; remove it".to_owned(),
            );
        }
        Ok(Self(url))
    }
}

/// The counters of the copies.
pub(super) struct Forwarded {
    target: Url,
    queue: mpsc::Sender<Vec<u8>>,
    waiting_bytes: AtomicUsize,
    accepted: AtomicU64,
    failed: AtomicU64,
    dropped: AtomicU64,
}

impl Forwarded {
    /// The counters, and the loop that sends. `changed` is called after each copy.
    pub(super) fn start(
        target: Target,
        changed: impl Fn() + Send + 'static,
    ) -> Result<(Arc<Self>, impl Future<Output = ()> + Send), String> {
        let client = client()?;
        let (queue, mut waiting) = mpsc::channel::<Vec<u8>>(WAITING);
        let forwarded = Arc::new(Self {
            target: target.0,
            queue,
            waiting_bytes: AtomicUsize::new(0),
            accepted: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
        });
        let counters = Arc::clone(&forwarded);
        let send = async move {
            while let Some(body) = waiting.recv().await {
                let bytes = body.len();
                // Only the body and its type: a header of the client could be a credential.
                let request = client
                    .post(counters.target.clone())
                    .header(header::CONTENT_TYPE, "application/json")
                    .body(body);
                let is_accepted = match request.send().await {
                    Ok(response) => response.status().is_success(),
                    Err(_) => false,
                };
                let counter = if is_accepted {
                    &counters.accepted
                } else {
                    &counters.failed
                };
                counter.fetch_add(1, Ordering::Relaxed);
                counters.waiting_bytes.fetch_sub(bytes, Ordering::Relaxed);
                changed();
            }
        };
        Ok((forwarded, send))
    }

    pub(super) fn copy(&self, body: &[u8]) {
        let bytes = body.len();
        let before = self.waiting_bytes.fetch_add(bytes, Ordering::Relaxed);
        let has_place = before + bytes <= WAITING_BYTES;
        if !has_place || self.queue.try_send(body.to_vec()).is_err() {
            self.waiting_bytes.fetch_sub(bytes, Ordering::Relaxed);
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn as_json(&self) -> Value {
        json!({
            "to": self.target.as_str(),
            "accepted": self.accepted.load(Ordering::Relaxed),
            "failed": self.failed.load(Ordering::Relaxed),
            "dropped": self.dropped.load(Ordering::Relaxed),
        })
    }
}

/// A client that goes to the address itself: no proxy of the environment, no redirect.
fn client() -> Result<Client, String> {
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .redirect(redirect::Policy::none())
        .timeout(TIMEOUT)
        .build()
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_in_full_and_has_no_password() {
        assert!("http://127.0.0.1:9/x".parse::<Target>().is_ok());
        assert!("https://a.example/".parse::<Target>().is_ok());
        for wrong in [
            "",
            "a.example",
            "/x",
            "ftp://a.example/",
            "https://",
            "https://me:pw@a.example/",
        ] {
            assert!(wrong.parse::<Target>().is_err(), "{wrong}");
        }
    }
}
