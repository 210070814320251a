//! Discards envelopes: the transport of an empty endpoint.
//!
//! **Invariants.** Never touches the network or the disk.

use std::time::Instant;

use super::{ChildTransport, Outcome, Request, Transport};

/// Accepts every envelope and discards it.
///
/// ```
/// use telemetry_runtime::{Client, Product, transport::NullTransport};
///
/// static MY_TOOL: Product = Product::new("my-tool");
/// let telemetry = Client::builder(&MY_TOOL).transport(NullTransport).build();
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct NullTransport;

impl Transport for NullTransport {
    fn send(&mut self, _: &Request<'_>, _: Instant) -> Outcome {
        Outcome::delivered()
    }

    fn for_child(&self) -> Option<ChildTransport> {
        Some(Box::new(|| Box::new(NullTransport)))
    }
}
