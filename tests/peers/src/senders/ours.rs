//! The framework of this repository, with its HTTPS transport.

use telemetry_runtime::TelemetryGuard;

use crate::{
    events::served,
    peers::ours::{builder, flush},
    senders::Sender,
};

/// Enough for all events of a round.
const QUEUE_BYTES: usize = 512 << 20;

fn client(url: &str, batch: usize) -> TelemetryGuard {
    let builder = builder().endpoint(url).max_batch_events(batch);
    builder.max_batch_bytes(4 << 20).queue_bytes(QUEUE_BYTES).build()
}

/// Flushes after every hundred batches.
pub(crate) struct Flushing {
    guard: TelemetryGuard,
    burst: usize,
}

impl Flushing {
    pub(crate) fn start(url: &str, batch: usize) -> Self {
        Self {
            guard: client(url, batch),
            burst: batch * 100,
        }
    }
}

impl Sender for Flushing {
    fn send(&mut self, events: usize) {
        for start in (0..events).step_by(self.burst) {
            let end = events.min(start + self.burst);
            (start..end).for_each(|number| self.guard.record(&served(number as u32)));
            flush(&self.guard);
        }
    }
}

/// Records without a wait, and flushes once at the end.
pub(crate) struct Free(TelemetryGuard);

impl Free {
    pub(crate) fn start(url: &str, batch: usize) -> Self {
        Self(client(url, batch))
    }
}

impl Sender for Free {
    fn send(&mut self, events: usize) {
        (0..events).for_each(|number| self.0.record(&served(number as u32)));
        flush(&self.0);
    }
}
