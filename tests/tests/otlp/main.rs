//! Logs of OpenTelemetry instead of the envelope: the requests, the answers, and what a user sees of them.

// `cfg(test)` for the whole crate, so that `clippy.toml` also treats helper functions as tests.
#![cfg(test)]

mod answers;
mod audit;
mod compressed;
mod decoded;
mod disclosed;
#[cfg(feature = "slow")]
mod gateway;
mod requests;
#[cfg(feature = "slow")]
mod rotel;
mod vectors;

use std::time::Duration;

use telemetry_runtime::{Client, ClientBuilder, Policy, Product, Wire};

/// Deferred events are sent again only when a test asks for it; a request has the time that a busy machine
/// needs.
const PATIENT: Policy = Policy::otlp()
    .backoff(Duration::MAX, Duration::MAX)
    .request_timeout(telemetry_tests::client::PATIENCE);

static TOOL: Product = Product::new("otlp-tests")
    .client_id("184482118588404")
    .version("1.2.3")
    .system_version("example-telemetry/1.0")
    .session_prefix("tool-")
    .wire(Wire::Otlp)
    .policy(PATIENT)
    .default_on(true);

/// A client in an empty environment.
fn builder() -> ClientBuilder {
    Client::builder(&TOOL).env(|_| None)
}
