//! The client: the handle that records events.
//!
//! An event is encoded on the caller's thread ([`encode`]) and appended to the queue
//! (`delivery::queue`). The [`worker`] takes it from there, the core (`delivery::core`) decides when
//! its batch is sent, and a transport sends it. The gate (`decision::gate`) decides once, in
//! [`builder`], whether telemetry is on; the [`switch`] holds the current state.
//!
//! **Invariants.** Recording never blocks and never panics. When telemetry is off, it costs three
//! atomic loads. Only `flush`, `shutdown` and the drop of the [`TelemetryGuard`] wait, each up to its deadline.

mod api_key;
#[cfg(feature = "consent")]
pub(crate) mod ask_consent;
pub(crate) mod build;
pub(crate) mod builder;
mod child_env;
mod disclosed;
#[cfg(feature = "spool")]
pub(crate) mod durability;
mod encode;
mod flush_future;
pub mod global;
pub(crate) mod guard;
mod heartbeat;
#[cfg(all(feature = "http", feature = "spool"))]
mod intent;
mod lifecycle;
mod opt_out;
mod per_process;
pub(crate) mod profile;
mod record_at;
#[cfg(all(test, shuttle))]
mod schedules;
#[cfg(feature = "spool")]
pub(crate) mod sender;
mod sessions;
mod shared;
#[cfg(feature = "spool")]
mod spool;
#[cfg(all(feature = "clap", feature = "spool"))]
pub(crate) mod spool_status;
#[cfg(feature = "spool")]
mod start_sender;
pub(crate) mod summary;
mod switch;
mod worker;

use std::{
    fmt,
    future::Future,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use self::{
    builder::ClientBuilder,
    flush_future::FlushFuture,
    lifecycle::{Lifecycle, ShutDown},
    per_process::ClientOfProcess,
    shared::Shared,
};
use crate::{
    decision::Decision,
    delivery::{
        core::key::PartitionKey,
        epoch::Epoch,
        health::{Accepted, Health, RecordError},
        queue::{FlushOutcome, WaitTarget},
    },
    event::{TelemetryEvent, values::SessionId},
    product::Product,
    wire::json::writer::Encode,
};

/// Records events. A client is cheap to clone; all clones share one queue and one worker thread.
///
/// Every method may be called at any time: from any thread, when telemetry is off, and after a
/// shutdown. A program builds a client with [`Client::builder`], which returns its owner, the
/// [`TelemetryGuard`](crate::TelemetryGuard). A library receives a client from its host.
///
/// # Forks
///
/// A child of `fork` may use the client and the guard, even if the parent had other threads at the fork:
///
/// - It starts empty: with a new random session id, counters from zero and no event of the parent.
/// - Its worker starts with its first event, heartbeat or update of a summary. Then the
///   [heartbeats](Client::heartbeat) of the parent start again, from their first event.
/// - A [summary](crate::Summary) begins from the default, and a
///   [limit](crate::descriptor::EventDescriptor::limit) begins a new window.
/// - An opt-out or a shutdown before the fork stays in effect.
/// - A future of the parent is ready with [`FlushOutcome::Incomplete`].
/// - A [custom transport](ClientBuilder::transport) must be [created again](crate::transport::Transport::for_child)
///   there. If it cannot be, events are refused as [`RecordError::Forked`].
/// - A loss hook that was running at the fork is not called in the child.
///
/// A fork waits while the first HTTPS request of the process is prepared on another thread. This takes
/// less than a millisecond. After one second the fork continues, and requests of that child fail with
/// [`FailureKind::Setup`](crate::transport::FailureKind::Setup).
///
/// A child that ends by `_exit` loses the events that it holds: call [`shutdown`](Client::shutdown)
/// first. Children of `vfork`, `_Fork` and a direct `clone` may only replace their program.
#[derive(Clone)]
pub struct Client {
    of_process: Arc<ClientOfProcess>,
}

impl Client {
    /// Returns a builder for a client of `product`: `Client::builder(&MY_TOOL).build()`.
    pub fn builder(product: &'static Product) -> ClientBuilder {
        ClientBuilder::new(product)
    }

    /// Encodes an event on this thread and enqueues it for the worker. Its timestamp is the current time;
    /// see [`record_at`](Self::record_at) for another one.
    ///
    /// An event that is refused is counted in [`Client::health`], unless telemetry is off.
    #[inline]
    pub fn record<E: TelemetryEvent>(&self, event: &E) {
        let lifecycle = self.lifecycle();
        let state = lifecycle.shared.switch.state();
        if state.is_on() {
            let _ = self.record_on(lifecycle, state.epoch(), event);
        } else if state.is_ended() {
            let _ = self.record_ended();
        }
    }

    /// Records the event that `event` returns. The closure runs only when telemetry is on. A panic in
    /// it is not caught.
    #[inline]
    pub fn record_with<E: TelemetryEvent>(&self, event: impl FnOnce() -> E) {
        let lifecycle = self.lifecycle();
        let state = lifecycle.shared.switch.state();
        if state.is_on() {
            let _ = self.record_on(lifecycle, state.epoch(), &event());
        } else if state.is_ended() {
            let _ = self.record_ended();
        }
    }

    /// Records an event, or returns the reason why it was refused.
    ///
    /// # Errors
    ///
    /// The reason for the refusal. It is also counted, unless telemetry is off.
    pub fn try_record<E: TelemetryEvent>(&self, event: &E) -> Result<Accepted, RecordError> {
        let lifecycle = self.lifecycle();
        let state = lifecycle.shared.switch.state();
        if state.is_on() {
            self.record_on(lifecycle, state.epoch(), event)
        } else if state.is_ended() {
            Err(self.record_ended())
        } else {
            Err(RecordError::Off)
        }
    }

    /// Sends all events that are held, and waits for the outcome for at most `timeout`.
    ///
    /// It does not wait for the backoff after failures, but it respects a `Retry-After` of the
    /// collector. It ends at the first request that fails. Events that cannot be sent stay held. Called
    /// from a transport or a hook, it does not wait.
    ///
    /// If the operating system refuses to start the worker's thread, this returns at once, with
    /// [`FlushOutcome::Incomplete`] if events are held. A later call tries to start the thread
    /// again.
    pub fn flush(&self, timeout: Duration) -> FlushOutcome {
        let deadline = after(timeout);
        let lifecycle = self.lifecycle();
        match lifecycle.flush() {
            Ok(target) => lifecycle.shared.queue.wait(target, deadline),
            Err(known) => known,
        }
    }

    /// [`flush`](Self::flush) without blocking. The flush begins at the call; the future only waits
    /// for it and may be dropped.
    ///
    /// The future works in any async runtime: a short-lived thread of the client wakes it at its
    /// deadline. If the operating system refuses to start that thread or the worker's, the future
    /// is ready at once with [`FlushOutcome::Incomplete`].
    pub fn flush_async(
        &self,
        timeout: Duration,
    ) -> impl Future<Output = FlushOutcome> + Send + Unpin + use<> {
        let deadline = after(timeout);
        let lifecycle = self.lifecycle();
        FlushFuture::new(lifecycle, lifecycle.flush(), deadline)
    }

    /// Sends the events that are held, for at most `timeout`, and ends the client and all its clones.
    ///
    /// If the collector defers a request, the request is sent again once the backoff and the
    /// `Retry-After` allow it, provided that this is before the deadline. A request that cannot be
    /// sent is tried only once, so a machine without a network does not delay the exit. Events that
    /// are not delivered are dropped and counted.
    ///
    /// If all held events are stored in files, the shutdown sends nothing and does not wait for the network: the
    /// result is [`FlushOutcome::Stored`] after about a millisecond at most, and a later run sends the events.
    /// To send them now, call [`flush`](Self::flush) first. Counts of a [`Summary`](crate::Summary) are stored
    /// during the shutdown, which waits for a request that is under way then.
    ///
    /// A second call waits until the first shutdown ends. Called from a transport or a hook, it does not
    /// wait. If the operating system refuses to start the worker's thread, this returns at once,
    /// and all held events are dropped as
    /// [`DropReason::NoThread`](crate::health::DropReason::NoThread).
    pub fn shutdown(&self, timeout: Duration) -> FlushOutcome {
        let deadline = after(timeout);
        let lifecycle = self.lifecycle();
        let queue = &lifecycle.shared.queue;
        let outcome = match lifecycle.shut_down(deadline) {
            Ok(ShutDown::Worker) => queue.wait(WaitTarget::WorkerEnd, deadline),
            Ok(ShutDown::Stored) => queue.wait_for_stored(deadline),
            Err(known) => known,
        };
        #[cfg(feature = "spool")]
        self.start_sender();
        outcome
    }

    /// [`shutdown`](Self::shutdown) without blocking. The shutdown begins at the call; the future only
    /// waits for it and may be dropped.
    pub fn shutdown_async(
        &self,
        timeout: Duration,
    ) -> impl Future<Output = FlushOutcome> + Send + Unpin + use<> {
        let deadline = after(timeout);
        let lifecycle = self.lifecycle();
        let target = match lifecycle.shut_down(deadline) {
            Ok(ShutDown::Worker) => Ok(WaitTarget::WorkerEnd),
            Ok(ShutDown::Stored) => Err(FlushOutcome::Stored),
            Err(known) => Err(known),
        };
        FlushFuture::new(lifecycle, target, deadline)
    }

    /// True if telemetry is on and the client is not shut down.
    #[inline]
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.shared().switch.state().is_on()
    }

    /// Whether telemetry is on, and which signal decided. An opt-out and [`recheck`](Self::recheck)
    /// can change it while the program runs; a shutdown does not.
    ///
    /// If the owner was dropped too early, that is the reason for being off: no event was recorded
    /// before its drop, or one was refused after it.
    #[must_use]
    pub fn decision(&self) -> Decision {
        self.shared().switch.decision()
    }

    /// The id of the current session, as in the envelope. A new consent after an opt-out begins a
    /// new session. It is `undefined` for a product with [`no_session`](Product::no_session).
    #[must_use]
    pub fn session_id(&self) -> SessionId {
        self.shared().switch.session()
    }

    /// Counts of the delivered, held, refused and dropped events.
    #[must_use]
    pub fn health(&self) -> Health {
        self.shared().queue.health()
    }

    /// The local log of accepted events. `None` if there is none, or if telemetry was off when the
    /// client was built.
    #[cfg(feature = "audit")]
    #[must_use]
    pub fn audit(&self) -> Option<&crate::audit::AuditLog> {
        self.shared().audit.as_deref()
    }

    /// The first event that was refused because the product does not list it.
    #[cfg(any(feature = "clap", feature = "testing"))]
    pub(crate) fn first_undisclosed(
        &self,
    ) -> Option<&'static crate::event::descriptor::EventDescriptor> {
        self.shared().disclosed.first_refused()
    }

    /// The first event that was refused because of its limit.
    #[cfg(feature = "clap")]
    pub(crate) fn first_rate_limited(
        &self,
    ) -> Option<&'static crate::event::descriptor::EventDescriptor> {
        self.shared().queue.first_rate_limited()
    }

    /// Refuses an event after a shutdown.
    #[cold]
    fn record_ended(&self) -> RecordError {
        self.shared().switch.refused_after_end();
        self.lifecycle().refuse(RecordError::ShutDown)
    }

    #[inline]
    fn lifecycle(&self) -> &Arc<Lifecycle> {
        self.of_process.lifecycle()
    }

    #[inline]
    fn shared(&self) -> &Shared {
        &self.lifecycle().shared
    }

    fn record_on(
        &self,
        lifecycle: &Arc<Lifecycle>,
        epoch: Epoch,
        event: &dyn Encode,
    ) -> Result<Accepted, RecordError> {
        let now = lifecycle.shared.queue.clock.wall();
        self.record_stamped(lifecycle, epoch, event, now)
    }

    fn record_stamped(
        &self,
        lifecycle: &Arc<Lifecycle>,
        epoch: Epoch,
        event: &dyn Encode,
        at: SystemTime,
    ) -> Result<Accepted, RecordError> {
        let shared = &lifecycle.shared;
        if worker::on_worker() {
            return Err(self.lifecycle().refuse(RecordError::Reentrant));
        }
        if shared.cannot_send {
            return Err(self.lifecycle().refuse(RecordError::Forked));
        }
        let head = event.head();
        if !shared.disclosed.allows(head.descriptor) {
            return Err(lifecycle.refuse(RecordError::Undisclosed));
        }
        if let Some(limit) = head.descriptor.limit
            && !shared.queue.admit(head.descriptor, limit)
        {
            return Err(lifecycle.refuse(RecordError::RateLimited));
        }
        let partition = PartitionKey::new(head.schema);
        let submit = |bytes: &[u8], coerced| {
            // The code of the event forked, and this is the child: the parent records the event.
            if shared.is_inherited() {
                return Err(self.lifecycle().refuse(RecordError::Forked));
            }
            lifecycle.submit(epoch, partition, bytes, coerced)
        };
        let (rendering, most) = (shared.rendering, shared.max_event_bytes);
        encode::encoded(event, at, rendering, most, submit)
            .unwrap_or_else(|encode::TooLarge| Err(self.lifecycle().refuse(RecordError::TooLarge)))
    }
}

/// The time `timeout` from now; `None` if [`Instant`] cannot represent it.
fn after(timeout: Duration) -> Option<Instant> {
    Instant::now().checked_add(timeout)
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("decision", &self.decision())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_is_shared_between_threads_and_its_builder_is_sent_to_one() {
        const fn is_send<T: Send>() {}
        const fn is_sync<T: Sync>() {}
        const {
            is_send::<Client>();
            is_sync::<Client>();
            is_send::<super::guard::TelemetryGuard>();
            is_send::<ClientBuilder>();
        }
    }

    #[test]
    fn the_debug_form_names_the_product_and_hides_the_endpoint() {
        static TOOL: Product = Product::new("my-tool");
        let builder = Client::builder(&TOOL).endpoint("https://user:secret@collector.invalid/");
        let shown = format!("{builder:?}");
        assert!(shown.contains("my-tool"), "{shown}");
        assert!(!shown.contains("secret"), "{shown}");
    }
}
