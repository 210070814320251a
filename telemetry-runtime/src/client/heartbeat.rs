//! Starting a heartbeat, and recording its events.

use std::time::{Duration, SystemTime};

use super::{Client, encode, shared::Shared};
use crate::{
    delivery::{
        core::key::PartitionKey,
        epoch::Epoch,
        health::RecordError,
        heartbeat::{Heartbeat, HeartbeatContext, Original},
        timer::RecordSink,
    },
    event::{TelemetryEvent, values::SessionId},
    wire::json::writer::Encode,
};

impl Client {
    /// Starts a heartbeat: after each interval, `update` changes `event` and the client records it.
    /// Returns true if the heartbeat was started.
    ///
    /// | | |
    /// | --- | --- |
    /// | interval | clamped to 1 s to 10 years. To parse it from a variable see [`privacy::interval`](crate::privacy::interval) |
    /// | first event | after one interval |
    /// | jitter | added to each interval: uniform from 0 to a tenth of it, at most 60 s |
    /// | delays | after the machine slept, one event is recorded, and the next one an interval later |
    /// | limit | one heartbeat for each event, and at most 16 in a client: a further call does nothing and returns false |
    /// | end | when telemetry turns off: [`shutdown`](Self::shutdown), the drop of the guard, an opt-out. `event` and `update` are then dropped |
    ///
    /// `update` receives the event and a [`HeartbeatContext`]: the time, and the id of the session. It and the
    /// code of the event run on the worker's thread, where recording is refused.
    /// Changes to `event` persist until the next call. A panic skips one event, is counted in
    /// [`Health::panics`](crate::Health::panics) and does not end the heartbeat. The recorded event
    /// is treated like any other: it may be refused, it is logged and sent in a batch.
    ///
    /// A child of `fork` starts the heartbeats of its parent again when it first records: each begins with
    /// a clone of `event` and `update` as they were at this call, and the first interval begins then.
    /// This is why both are `Clone`. If the child starts a heartbeat of the same event before, that one runs.
    /// A heartbeat that another thread is starting at the moment of the fork may be missing in the child.
    ///
    /// A heartbeat neither keeps the process alive nor delays its exit. While the system refuses the
    /// worker's thread, no events are recorded.
    ///
    /// ```
    /// use std::time::Duration;
    /// use telemetry_runtime::{Client, Product, TelemetryEvent, privacy::interval};
    /// # use telemetry_runtime::transport::NullTransport;
    ///
    /// /// Recorded while the service runs.
    /// #[derive(Clone, TelemetryEvent)]
    /// #[event(name = "service_alive", schema = "1.0")]
    /// struct ServiceAlive {
    ///     /// Heartbeats since the start.
    ///     #[event(required)]
    ///     beats: u32,
    /// }
    ///
    /// static MY_SERVICE: Product = Product::new("my-service").default_on(true);
    /// # let builder = Client::builder(&MY_SERVICE).env(|_| None);
    /// # let telemetry = builder.transport(NullTransport).build();
    ///
    /// // The first argument is the text of a variable; without it the default applies.
    /// let every = interval(None, Duration::from_secs(600));
    /// let event = ServiceAlive::builder().beats(0).build();
    /// assert!(telemetry.heartbeat(every, event, |event, _| event.beats += 1));
    /// ```
    #[must_use = "false means that no heartbeat was started: telemetry is off, or the event has one already"]
    pub fn heartbeat<E>(
        &self,
        interval: Duration,
        event: E,
        update: impl FnMut(&mut E, &HeartbeatContext) + Clone + Send + 'static,
    ) -> bool
    where
        E: TelemetryEvent + Clone + Send + 'static,
    {
        let lifecycle = self.lifecycle();
        let shared = &lifecycle.shared;
        let state = shared.switch.state();
        if !state.is_on() || shared.cannot_send {
            return false;
        }
        let original = Heartbeat {
            interval,
            event,
            update,
        };
        let timer = original.start(&shared.queue.clock);
        if shared.is_inherited() {
            // `Clone` forked, and this is the child: the parent starts the heartbeat.
            return false;
        }
        // A refused heartbeat is dropped here: its destructor is the caller's code.
        let Ok(start) = shared
            .queue
            .start_heartbeat(state.epoch(), timer, Box::new(original))
        else {
            return false;
        };
        if start {
            lifecycle.start_worker();
        }
        true
    }
}

/// Called on the worker, which reads the queue afterwards: it needs no wake-up.
impl RecordSink for Shared {
    fn session(&self) -> SessionId {
        self.switch.session()
    }

    fn record(&self, epoch: Epoch, event: &dyn Encode, at: SystemTime) {
        let head = event.head();
        if !self.disclosed.allows(head.descriptor) {
            self.queue.count_refused(RecordError::Undisclosed);
            return;
        }
        if let Some(limit) = head.descriptor.limit
            && !self.queue.admit(head.descriptor, limit)
        {
            self.queue.count_refused(RecordError::RateLimited);
            return;
        }
        let partition = PartitionKey::new(head.schema);
        let enqueue = |bytes: &[u8], coerced| {
            // The code of the event forked, and this is the child.
            if self.is_inherited() {
                return;
            }
            self.enqueue_on_worker(epoch, partition, bytes, coerced);
        };
        let (rendering, most) = (self.rendering, self.max_event_bytes);
        let encoded = encode::encoded(event, at, rendering, most, enqueue);
        if encoded.is_err() && !self.is_inherited() {
            self.queue.count_refused(RecordError::TooLarge);
        }
    }

    fn count_panic(&self) {
        self.queue.count_panic();
    }

    fn is_inherited(&self) -> bool {
        Self::is_inherited(self)
    }
}
