//! Clients under test: an event, a product, and checks of health and request bodies.

use std::time::Duration;

use telemetry_runtime::Client;

#[path = "../../telemetry-runtime/tests/support/mod.rs"]
mod support;

pub use self::support::{Run, TOOL, builder};

/// Deadline for operations that must finish. Reaching it fails the test; nothing is measured with
/// it.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The numbers of the [`Run`] events in a request body, in order.
#[must_use]
pub fn numbers(body: &str) -> Vec<i64> {
    let pieces = body.split("\"number\":").skip(1);
    pieces
        .map(|piece| piece.split(['}', ',']).next().unwrap().parse().unwrap())
        .collect()
}

/// Asserts that every accepted or adopted event is delivered, dropped, held or stored.
///
/// # Panics
///
/// When the counters do not add up.
#[track_caller]
pub fn assert_conserved(client: &Client) {
    let health = client.health();
    let gone = health.delivered() + health.dropped() + health.stored();
    let sum = gone + health.held();
    assert_eq!(health.accepted() + health.adopted(), sum, "{health:?}");
}
