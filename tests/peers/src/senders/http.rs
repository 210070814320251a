//! reqwest, with a body that was prepared or with serde.

use bytes::Bytes;
use reqwest::{Client, header::CONTENT_TYPE};
use tokio::runtime::Runtime;

use crate::{
    events::{entry, envelope},
    senders::Sender,
};

/// One client on the thread that sends.
struct Http {
    runtime: Runtime,
    client: Client,
    url: String,
}

impl Http {
    fn start(url: &str) -> Self {
        // The build of the framework's reqwest brings no TLS provider; one must be chosen.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        Self {
            runtime: runtime.expect("a runtime"),
            client: Client::builder().no_proxy().build().expect("a client"),
            url: url.to_owned(),
        }
    }

    fn post(&self, set_body: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder) {
        let request = set_body(self.client.post(&self.url));
        let send = async { request.send().await?.error_for_status()?.bytes().await };
        // A failed request is a loss that the collector's count shows.
        let _ = self.runtime.block_on(send);
    }
}

/// The same body for each request.
pub(crate) struct Prepared {
    http: Http,
    body: Bytes,
    batch: usize,
}

impl Prepared {
    pub(crate) fn start(url: &str, batch: usize) -> Self {
        Self {
            http: Http::start(url),
            body: body(batch).into(),
            batch,
        }
    }
}

impl Sender for Prepared {
    fn send(&mut self, events: usize) {
        for _ in 0..events / self.batch {
            let body = self.body.clone();
            self.http
                .post(|post| post.header(CONTENT_TYPE, "application/json").body(body));
        }
    }
}

/// The body of a batch.
pub(crate) fn body(batch: usize) -> Vec<u8> {
    let events = (0..batch).map(|number| entry(number as u32)).collect();
    serde_json::to_vec(&envelope(events)).expect("text and numbers")
}

/// Builds each envelope and encodes it with serde.
pub(crate) struct Serde {
    http: Http,
    batch: usize,
    /// Builds a `serde_json::Value` from the structs first.
    tree: bool,
}

impl Serde {
    pub(crate) fn structs(url: &str, batch: usize) -> Self {
        Self {
            http: Http::start(url),
            batch,
            tree: false,
        }
    }

    pub(crate) fn tree(url: &str, batch: usize) -> Self {
        Self {
            tree: true,
            ..Self::structs(url, batch)
        }
    }
}

impl Sender for Serde {
    fn send(&mut self, events: usize) {
        for _ in 0..events / self.batch {
            let events = (0..self.batch).map(|number| entry(number as u32)).collect();
            let envelope = envelope(events);
            self.http.post(|post| match self.tree {
                true => post.json(&serde_json::to_value(&envelope).expect("text and numbers")),
                false => post.json(&envelope),
            });
        }
    }
}
