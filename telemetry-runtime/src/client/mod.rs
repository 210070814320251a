//! The client: the handle that records events.
//!
//! Recording never blocks, never fails the host and costs one load when telemetry is off. Only the
//! drop of the [`TelemetryGuard`] owner, `flush` and `shutdown` wait, each up to its deadline.
//!
//! An event is encoded on the caller's thread ([`record`]), appended to the queue ([`queue`]) and
//! from there taken by the worker ([`worker`]), which asks the core ([`core`]) what to send and hands
//! it to a transport. [`gate`] decides at the start whether any of this happens; [`switch`] knows
//! whether it still does.

#[cfg(feature = "consent")]
pub(crate) mod ask_consent;
pub(crate) mod builder;
mod encode;
mod flush_future;
mod heartbeat;
mod lifecycle;
mod opt_out;
pub(crate) mod profile;
#[cfg(all(test, shuttle))]
mod schedules;
mod shared;
mod switch;
mod worker;

use crate::decision::Decision;
use crate::delivery::health::Health;
use crate::delivery::health::{Accepted, RecordError};
use crate::delivery::queue::FlushOutcome;
use crate::product::Product;
use std::{
    fmt,
    future::Future,
    ops::Deref,
    sync::Arc,
    time::{Duration, Instant},
};

use self::{
    builder::ClientBuilder, flush_future::FlushFuture, lifecycle::Lifecycle, shared::Shared,
    worker::Worker,
};
use crate::{
    delivery::{core::partition::PartitionKey, epoch::Epoch},
    event::{TelemetryEvent, values::SessionId},
    wire::json::writer::Encode,
};

/// Records events. Cheap to clone; all clones share one queue and one worker.
///
/// Every call is safe at any time: when telemetry is off, after a shutdown, from any thread. A
/// program makes one with [`Client::builder`], which gives its owner; a library takes one from its
/// host.
#[derive(Clone)]
pub struct Client {
    lifecycle: Arc<Lifecycle>,
}

/// Owns a [`Client`] and delivers what it holds when dropped, within the exit budget.
///
/// It is a [`Client`] to whoever borrows it; what wants one to keep gets [`client`](Self::client).
///
/// Keep it until the end of `main`, under a name: `let _ = ...build()` drops it at once. Its drop is
/// the only one that waits; clones of the client never do, and record nothing any more once it is
/// gone. After a [`shutdown`](Client::shutdown) it does not wait beyond that one's deadline.
///
/// `std::process::exit` runs no drop: call [`shutdown`](Client::shutdown) before it. Async code
/// awaits [`shutdown_async`](Client::shutdown_async), after which the drop has nothing to wait for.
#[must_use = "dropping it at once shuts telemetry down"]
pub struct TelemetryGuard {
    client: Client,
}

impl TelemetryGuard {
    fn new(shared: Shared, worker: Option<Worker>) -> Self {
        let lifecycle = Lifecycle::new(shared, worker);
        Self {
            client: Client { lifecycle },
        }
    }

    /// A handle to record with.
    #[must_use]
    pub fn client(&self) -> Client {
        self.client.clone()
    }
}

impl Deref for TelemetryGuard {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Drop for TelemetryGuard {
    fn drop(&mut self) {
        let shared = self.client.shared();
        // Who has called `shutdown` has said how long to wait: past that nothing more is sent.
        let until = shared.queue.shutdown();
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        let timeout = left.unwrap_or(Duration::MAX).min(shared.exit_budget);
        let _ = self.client.shutdown(timeout);
    }
}

impl Client {
    /// Settings of a client for `product`: `Client::builder(&MY_TOOL).build()`.
    pub fn builder(product: &'static Product) -> ClientBuilder {
        ClientBuilder::new(product)
    }

    /// Records an event: encodes it here and now, and leaves the rest to the worker.
    ///
    /// An event that cannot be taken is counted; see [`Client::health`].
    #[inline]
    pub fn record<E: TelemetryEvent>(&self, event: &E) {
        let state = self.shared().switch.state();
        if state.is_on() {
            let _ = self.record_on(state.epoch(), event);
        } else if state.is_ended() {
            self.record_ended();
        }
    }

    /// Records the event that `event` makes. The closure runs only when telemetry is on, and a
    /// panic in it is the caller's own.
    #[inline]
    pub fn record_with<E: TelemetryEvent>(&self, event: impl FnOnce() -> E) {
        let state = self.shared().switch.state();
        if state.is_on() {
            let _ = self.record_on(state.epoch(), &event());
        } else if state.is_ended() {
            self.record_ended();
        }
    }

    /// Records an event and says why when it was not taken.
    ///
    /// # Errors
    ///
    /// The reason, which is also counted unless telemetry is off.
    pub fn try_record<E: TelemetryEvent>(&self, event: &E) -> Result<Accepted, RecordError> {
        let state = self.shared().switch.state();
        if state.is_on() {
            self.record_on(state.epoch(), event)
        } else if state.is_ended() {
            Err(self.lifecycle.reject(RecordError::ShutDown))
        } else {
            Err(RecordError::Off)
        }
    }

    /// Sends what is held and waits for the outcome, at most `timeout`.
    ///
    /// It sends whatever the backoff says, unless the collector asked to be left alone, and ends with
    /// the first failure. What cannot be sent stays held. From inside a transport or a hook it does
    /// not wait.
    ///
    /// If the system refuses the worker its thread, this returns at once: [`FlushOutcome::Incomplete`]
    /// while something is held, which a later call that gets the thread sends.
    pub fn flush(&self, timeout: Duration) -> FlushOutcome {
        let deadline = after(timeout);
        match self.lifecycle.flush() {
            Ok(target) => self.shared().queue.wait(target, deadline),
            Err(known) => known,
        }
    }

    /// As [`flush`](Self::flush), without blocking. It begins at the call; the future only waits,
    /// and may be dropped.
    ///
    /// The future needs no particular runtime: for its deadline, a short-lived thread of the client
    /// waits while it does. If the system refuses that thread or the worker's, the future is ready
    /// at once with [`FlushOutcome::Incomplete`].
    pub fn flush_async(
        &self,
        timeout: Duration,
    ) -> impl Future<Output = FlushOutcome> + Send + Unpin + use<> {
        let deadline = after(timeout);
        FlushFuture::new(&self.lifecycle, self.lifecycle.flush(), deadline)
    }

    /// Sends what is held, for at most `timeout`, and ends the client and all its clones.
    ///
    /// What the collector puts off is sent again when the backoff or its `Retry-After` allows, if
    /// that is before the deadline. Where a request cannot be sent, one try is all: without a
    /// network nobody waits. What is not delivered is dropped and counted.
    ///
    /// A second call waits for the first one's end. From inside a transport or a hook it does not
    /// wait. If the system refuses the worker its thread, this returns at once, and everything held
    /// is dropped as [`DropReason::NoThread`](crate::health::DropReason::NoThread).
    pub fn shutdown(&self, timeout: Duration) -> FlushOutcome {
        let deadline = after(timeout);
        match self.lifecycle.shut_down(deadline) {
            Ok(target) => self.shared().queue.wait(target, deadline),
            Err(known) => known,
        }
    }

    /// As [`shutdown`](Self::shutdown), without blocking. It begins at the call; the future only
    /// waits, and may be dropped.
    pub fn shutdown_async(
        &self,
        timeout: Duration,
    ) -> impl Future<Output = FlushOutcome> + Send + Unpin + use<> {
        let deadline = after(timeout);
        FlushFuture::new(
            &self.lifecycle,
            self.lifecycle.shut_down(deadline),
            deadline,
        )
    }

    /// True while events are recorded.
    #[inline]
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.shared().switch.state().is_on()
    }

    /// Whether telemetry is on, by which signal, in a sentence for people. A shutdown changes
    /// nothing about it, a refusal while the program runs does.
    #[must_use]
    pub fn decision(&self) -> Decision {
        self.shared().switch.decision()
    }

    /// The id of the present session, which is also the envelope's. A new agreement after an opt-out
    /// begins a new session.
    #[must_use]
    pub fn session_id(&self) -> SessionId {
        self.shared().switch.session()
    }

    /// What became of the events so far.
    #[must_use]
    pub fn health(&self) -> Health {
        self.shared().queue.health()
    }

    /// The log of the accepted events, with the number of its lines that could not be written; `None`
    /// where there is none, or telemetry was off from the start.
    #[cfg(feature = "audit")]
    #[must_use]
    pub fn audit(&self) -> Option<&crate::audit::AuditLog> {
        self.shared().audit.as_deref()
    }

    /// After a shutdown.
    #[cold]
    fn record_ended(&self) {
        let _ = self.lifecycle.reject(RecordError::ShutDown);
    }

    #[inline]
    fn shared(&self) -> &Shared {
        &self.lifecycle.shared
    }

    fn record_on(&self, epoch: Epoch, event: &dyn Encode) -> Result<Accepted, RecordError> {
        let shared = self.shared();
        if worker::on_worker() {
            return Err(self.lifecycle.reject(RecordError::Reentrant));
        }
        let partition = PartitionKey::new(event.head().schema);
        let submit =
            |bytes: &[u8], coerced| self.lifecycle.submit(epoch, partition, bytes, coerced);
        let at = shared.queue.clock.wall();
        encode::encoded(event, at, shared.order, shared.max_event_bytes, submit)
            .unwrap_or_else(|encode::TooLarge| Err(self.lifecycle.reject(RecordError::TooLarge)))
    }
}

/// The moment `timeout` from now; `None` when the clock cannot say it.
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

impl fmt::Debug for TelemetryGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.fmt(f)
    }
}
