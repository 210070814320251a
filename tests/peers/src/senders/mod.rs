//! The ways to bring events to the collector on loopback.

pub(crate) mod http;
pub(crate) mod ours;
pub(crate) mod tcp;

use crate::peers::{Recorder, opentelemetry::OpenTelemetry};

/// Brings this number of events to the collector and waits for its answers.
pub(crate) trait Sender {
    fn send(&mut self, events: usize);
}

/// The OTLP exporter: records, then a flush.
pub(crate) struct Otlp(OpenTelemetry);

impl Otlp {
    pub(crate) fn start(address: std::net::SocketAddr, batch: usize, events: usize) -> Self {
        let url = format!("http://{address}/v1/logs");
        Self(OpenTelemetry::sending(&url, batch, events))
    }
}

impl Sender for Otlp {
    fn send(&mut self, events: usize) {
        self.0.burst(events as u32);
        self.0.settle();
    }
}
