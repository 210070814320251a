//! The framework of this repository.

use std::{
    hint::black_box,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use telemetry_runtime::{
    Client, ClientBuilder, Product, TelemetryEvent, TelemetryGuard,
    transport::{Outcome, Request, Transport},
};

use crate::{
    events::{Served, served},
    peers::Recorder,
};

static PRODUCT: Product = Product::new("peers")
    .events(&[&[Served::DESCRIPTOR]])
    .default_on(true);

/// A client that ignores the environment, in which a CI system would turn it off.
pub(crate) fn builder() -> ClientBuilder {
    Client::builder(&PRODUCT).env(|_| None)
}

/// Receives each body, counts its events and discards it.
#[derive(Clone, Default)]
pub(crate) struct Discard(Arc<AtomicU64>);

impl Discard {
    pub(crate) fn events(&self) -> u64 {
        self.0.load(SeqCst)
    }
}

impl Transport for Discard {
    fn send(&mut self, request: &Request<'_>, _: Instant) -> Outcome {
        black_box(request.body);
        self.0.fetch_add(request.events as u64, SeqCst);
        Outcome::delivered()
    }
}

pub(crate) struct Ours {
    client: Client,
    discarded: Discard,
}

impl Ours {
    /// A client that makes bodies of this number of events and discards them.
    pub(crate) fn discarding(batch: usize) -> Self {
        let discarded = Discard::default();
        let builder = builder()
            .transport(discarded.clone())
            .max_batch_events(batch);
        Self::with(builder, discarded)
    }

    /// A client of this builder, which has this transport.
    pub(crate) fn with(builder: ClientBuilder, discarded: Discard) -> Self {
        Self {
            client: without_owner(builder.build()),
            discarded,
        }
    }
}

/// A client for other threads, whose owner is never dropped. The process ends with it.
pub(crate) fn without_owner(owner: TelemetryGuard) -> Client {
    let client = owner.client();
    std::mem::forget(owner);
    client
}

/// Flushes; a flush that takes ten seconds is counted as a loss by the caller.
pub(crate) fn flush(client: &Client) {
    let _ = client.flush(Duration::from_secs(10));
}

impl Recorder for Ours {
    fn record(&self, number: u32) {
        self.client.record(&served(number));
    }

    fn settle(&self) {
        flush(&self.client);
    }

    fn delivered(&self) -> u64 {
        self.discarded.events()
    }
}
