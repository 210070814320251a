//! Log lines about changes of state. They need the feature `tracing`; without it nothing is logged.
//!
//! **Invariants.** Never one line per event. The host's subscriber is user code: this is never called
//! under a lock, and a panic of the subscriber does not reach the caller.

use std::fmt;

/// The importance of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Severity {
    /// A normal change, such as an opt-out or a network that is down.
    Debug,
    /// Probably a mistake of the program or of its configuration.
    Warn,
}

/// Logs a line about the telemetry of `product`.
#[cfg(feature = "tracing")]
pub(crate) fn log(severity: Severity, product: &str, message: fmt::Arguments<'_>) {
    let _ = super::catch_panic::catch_panic(|| match severity {
        Severity::Debug => tracing::debug!(target: "telemetry_runtime", product, "{message}"),
        Severity::Warn => tracing::warn!(target: "telemetry_runtime", product, "{message}"),
    });
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn log(_: Severity, _: &str, _: fmt::Arguments<'_>) {}
