//! How far a request has come, shared by the parts that it passes through.
//!
//! This decides between "certainly not received" and "perhaps received", and names the cause when
//! time runs out: nothing else knows at which stage it did.

use std::sync::atomic::{AtomicU8, Ordering};

/// The stages of a request, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// Asking for the addresses of a host.
    Resolving,
    /// Waiting for a connection.
    Connecting,
    /// Agreeing with the other side on a secure connection.
    Handshaking,
    /// Writing; the last byte is still here.
    Sending,
    /// The last byte was given away: the collector may have everything.
    Sent,
}

/// The stage of the request that is under way; there is one at a time.
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
