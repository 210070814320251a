//! Copies of the received envelopes for another address.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use reqwest::{Url, header};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::outgoing::{Target, client};

/// Envelopes, and their bytes, that wait to be forwarded. Others are counted as dropped.
const WAITING: usize = 1024;
const WAITING_BYTES: usize = 16 * 1024 * 1024;
const TIMEOUT: Duration = Duration::from_secs(10);

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
        let client = client(TIMEOUT)?;
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
