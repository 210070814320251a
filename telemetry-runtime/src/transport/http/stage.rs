//! The stage that a request has reached, shared by the parts of the HTTP transport.
//!
//! The stage decides between "certainly not received" and "perhaps received". When the deadline
//! passes, it is also the only source for the kind of the failure.

use std::sync::atomic::{AtomicU8, Ordering};

/// The stages of a request, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// Looking up the addresses of the host.
    Resolving,
    /// Establishing a TCP connection.
    Connecting,
    /// Performing the TLS handshake.
    Handshaking,
    /// Writing the body; its last byte is not handed over yet.
    Sending,
    /// The last byte was handed to the connection: the collector may have the whole request.
    Sent,
}

/// The stage of the current request; a transport sends one request at a time.
#[derive(Debug, Default)]
pub(super) struct Progress(AtomicU8);

impl Progress {
    pub(super) fn reach(&self, stage: Stage) {
        self.0.store(stage as u8, Ordering::Relaxed);
    }

    pub(super) fn stage(&self) -> Stage {
        let stages = [
            Stage::Resolving,
            Stage::Connecting,
            Stage::Handshaking,
            Stage::Sending,
        ];
        let reached = self.0.load(Ordering::Relaxed);
        let found = stages.into_iter().find(|stage| *stage as u8 == reached);
        found.unwrap_or(Stage::Sent)
    }
}
