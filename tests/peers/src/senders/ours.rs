//! The framework of this repository, with its HTTPS transport.

use telemetry_runtime::TelemetryGuard;

use crate::{
    events::served,
    peers::ours::{builder, flush},
    senders::Sender,
};

/// Flushes before the default queue of 1 MiB is full.
pub(crate) struct Flushing {
    guard: TelemetryGuard,
    /// Events between two flushes.
    burst: usize,
}

impl Flushing {
    pub(crate) fn start(url: &str, batch: usize) -> Self {
        Self {
            guard: builder().endpoint(url).max_batch_events(batch).build(),
            // The queue needs memory for each batch too.
            burst: if batch == 1 { 500 } else { 2000 },
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
