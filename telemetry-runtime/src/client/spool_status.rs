//! The spool of a client, for `telemetry status`.

use super::Client;
use crate::spool::state::PauseReason;

/// The events of a client that are not in files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SpoolStatus {
    /// Events that were stored.
    pub(crate) stored: u64,
    /// Events that were held in memory only.
    pub(crate) not_stored: u64,
    /// Why no event is stored now.
    pub(crate) pause: Option<PauseReason>,
}

impl Client {
    /// `None` if the events of this client are held in memory only.
    pub(crate) fn spool_status(&self) -> Option<SpoolStatus> {
        let spool = self.shared().spool.as_ref()?;
        let counters = spool.counters();
        Some(SpoolStatus {
            stored: counters.stored,
            not_stored: counters
                .busy
                .saturating_add(counters.paused)
                .saturating_add(counters.too_large),
            pause: spool.pause_reason(),
        })
    }
}
