//! The framework of this repository, with its HTTPS transport.

use telemetry_runtime::TelemetryGuard;

use crate::{
    events::served,
    peers::ours::{builder, flush},
    senders::Sender,
};

/// Events between two flushes. They fit the default queue of 1 MiB.
const BURST: usize = 2000;

/// Flushes after every 2,000 events.
pub(crate) struct Flushing(TelemetryGuard);

impl Flushing {
    pub(crate) fn start(url: &str, batch: usize) -> Self {
        Self(builder().endpoint(url).max_batch_events(batch).build())
    }
}

impl Sender for Flushing {
    fn send(&mut self, events: usize) {
        for start in (0..events).step_by(BURST) {
            let end = events.min(start + BURST);
            (start..end).for_each(|number| self.0.record(&served(number as u32)));
            flush(&self.0);
        }
    }
}

/// Records without a wait into a queue for all events of a round, and flushes once at the end.
pub(crate) struct Free(TelemetryGuard);

impl Free {
    pub(crate) fn start(url: &str, batch: usize) -> Self {
        let builder = builder().endpoint(url).max_batch_events(batch);
        Self(builder.queue_bytes(512 << 20).build())
    }
}

impl Sender for Free {
    fn send(&mut self, events: usize) {
        (0..events).for_each(|number| self.0.record(&served(number as u32)));
        flush(&self.0);
    }
}
