//! Summaries: many calls are counted in one event.

use std::{cell::Cell, fmt, sync::Arc, time::Duration};

use super::{Client, lifecycle::Lifecycle, worker};
use crate::{
    delivery::{
        epoch::Epoch,
        health::RecordError,
        summary::{Accumulator, Update},
        timer::{Task, Timer},
    },
    event::TelemetryEvent,
    util::platform::fork::PerProcess,
};

/// A handle that counts in one event instead of recording one event for each call, from
/// [`Client::summary`].
///
/// A handle is cheap to clone and may be used on any thread. All clones count in the same event. It keeps
/// the client usable, but not its owner.
pub struct Summary<E> {
    shared: Arc<SharedSummary<E>>,
}

struct SharedSummary<E> {
    client: Client,
    interval: Duration,
    accumulator: PerProcess<Arc<Accumulator<E>>>,
}

impl Client {
    /// Returns a handle for counting: [`Summary::update`] changes an event, and the client records it once
    /// per interval.
    ///
    /// | | |
    /// | --- | --- |
    /// | interval | clamped to 1 s to 10 years, with the jitter of a [heartbeat](Self::heartbeat) |
    /// | first update | changes `E::default()`, and begins the interval |
    /// | record | at the end of the interval, in a [`flush`](Self::flush) and in a [`shutdown`](Self::shutdown), which the drop of the guard includes. The next update begins with `E::default()` again |
    /// | no update | no event |
    /// | time | `ts` is the time at which the event is recorded |
    /// | limit | 256 summaries of one client hold counts at the same time. An update of a further one is refused as [`QueueFull`](crate::health::RecordError::QueueFull) |
    ///
    /// The derive implements `Default` if no field is `required`. A counter needs `default = 0`: otherwise it
    /// begins with the sentinel of its type, such as -1.
    ///
    /// Each call of this method begins a new summary with its own event. Call it once and clone the handle.
    /// Counts are recorded even if all handles are dropped before the end of the interval.
    ///
    /// Counts belong to one run of telemetry: after an opt-out, and in a child of `fork`, an update begins
    /// with the default, and earlier counts are not sent.
    ///
    /// The call starts no thread, and works while telemetry is off. The recorded event is treated like any
    /// other: [`Health`](crate::Health) counts it, and it may be refused.
    ///
    /// ```
    /// use std::time::Duration;
    /// use telemetry_runtime::{Client, Product, Summary, TelemetryEvent};
    /// # use telemetry_runtime::transport::MemoryTransport;
    ///
    /// /// Calls of the service in one interval.
    /// #[derive(TelemetryEvent)]
    /// #[event(name = "service_calls", schema = "1.0")]
    /// struct ServiceCalls {
    ///     /// Calls.
    ///     #[event(default = 0)]
    ///     requests: u32,
    ///     /// Calls that failed.
    ///     #[event(default = 0)]
    ///     failures: u32,
    /// }
    ///
    /// static MY_SERVICE: Product = Product::new("my-service").default_on(true);
    /// # let sent = MemoryTransport::new();
    /// # let builder = Client::builder(&MY_SERVICE).env(|_| None);
    /// # let telemetry = builder.transport(sent.clone()).build();
    ///
    /// let calls: Summary<ServiceCalls> = telemetry.summary(Duration::from_secs(600));
    /// for failed in [false, true, false] {
    ///     calls.update(|event| {
    ///         event.requests += 1;
    ///         event.failures += u32::from(failed);
    ///     });
    /// }
    ///
    /// // One event is recorded, here by the flush.
    /// assert!(telemetry.flush(Duration::from_secs(5)).is_complete());
    /// assert_eq!(telemetry.health().delivered(), 1);
    /// # let body = String::from_utf8(sent.bodies().remove(0)).unwrap();
    /// # assert!(body.contains(r#"{"requests":3,"failures":1}"#), "{body}");
    /// ```
    #[must_use = "a summary records nothing until it is updated"]
    pub fn summary<E>(&self, interval: Duration) -> Summary<E>
    where
        E: TelemetryEvent + Default + Send + 'static,
    {
        Summary {
            shared: Arc::new(SharedSummary {
                client: self.clone(),
                interval,
                accumulator: PerProcess::new(Arc::new(Accumulator::new())),
            }),
        }
    }
}

impl<E: TelemetryEvent + Default + Send + 'static> Summary<E> {
    /// Changes the accumulated event. When telemetry is off, `change` does not run, and the call costs a few
    /// atomic loads.
    ///
    /// `change` runs on this thread and without a lock. It may record other events and update other
    /// summaries. An update of the same summary inside it is refused and counted as
    /// [`Reentrant`](crate::health::RecordError::Reentrant), and so is an update on the worker's thread, for
    /// example in a heartbeat or a hook.
    ///
    /// A call never waits for a slow `change` of another thread. It waits at most while it yields 20 times;
    /// then it begins a second event from the default, which is recorded as an event of its own. Their sum is
    /// correct, so add the events of an interval. Closures that only count almost never cause this.
    ///
    /// A panic in `change` is not caught. Changes that it made before the panic are kept.
    ///
    /// When the event is recorded, the worker waits at most 100 ms in all for closures that run, and in a
    /// shutdown at most a quarter of the time that is left. The event of a slower closure is recorded
    /// later, at the end of the next interval, or is lost after a shutdown and counted as
    /// [`ShutDown`](crate::health::RecordError::ShutDown).
    #[inline]
    pub fn update(&self, change: impl FnOnce(&mut E)) {
        let client = &self.shared.client;
        let lifecycle = client.lifecycle();
        let state = lifecycle.shared.switch.state();
        if state.is_on() {
            self.update_on(lifecycle, state.epoch(), change);
        } else if state.is_ended() {
            let _ = client.record_ended();
        }
    }

    fn update_on(&self, lifecycle: &Arc<Lifecycle>, epoch: Epoch, change: impl FnOnce(&mut E)) {
        if worker::on_worker() {
            lifecycle.refuse(RecordError::Reentrant);
            return;
        }
        if lifecycle.shared.cannot_send {
            lifecycle.refuse(RecordError::Forked);
            return;
        }
        let renew = |_: &Arc<Accumulator<E>>| Arc::new(Accumulator::new());
        let accumulator = self.shared.accumulator.get(renew);
        let starts_worker = Cell::new(false);
        let begun = accumulator.begin(epoch, || {
            let task = Task::Summary(Arc::clone(accumulator) as Arc<_>);
            let queue = &lifecycle.shared.queue;
            let timer = Timer::new(self.shared.interval, task, &queue.clock);
            starts_worker.set(queue.start_summary(epoch, timer)?);
            Ok(())
        });
        if starts_worker.get() {
            lifecycle.start_worker();
        }
        match begun {
            Ok(update) => {
                let client = &self.shared.client;
                let mut running = EndsOnDrop { update, client };
                change(running.update.event());
            }
            // Telemetry was turned off meanwhile.
            Err(RecordError::Off) => {}
            Err(reason) => _ = lifecycle.refuse(reason),
        }
    }
}

/// Ends the update, even after a panic.
struct EndsOnDrop<'a, E> {
    update: Update<'a, E>,
    client: &'a Client,
}

impl<E> Drop for EndsOnDrop<'_, E> {
    fn drop(&mut self) {
        if let Err(reason) = self.update.end() {
            self.client.lifecycle().refuse(reason);
        }
    }
}

impl<E> Clone for Summary<E> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<E> fmt::Debug for Summary<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Summary")
            .field("interval", &self.shared.interval)
            .finish_non_exhaustive()
    }
}
