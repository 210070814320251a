//! The client: the handle that records events.
//!
//! Recording never blocks, never fails the host and costs one load when telemetry is off. Only the
//! drop of the [`Telemetry`] owner, `flush` and `shutdown` wait, each up to its deadline.
//!
//! An event is encoded on the caller's thread ([`record`]), appended to the queue ([`queue`]) and
//! from there taken by the worker ([`worker`]), which asks the core ([`core`]) what to send and hands
//! it to a transport. [`gate`] decides at the start whether any of this happens; [`standing`] knows
//! whether it still does.

use std::{
    fmt,
    future::Future,
    ops::Deref,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

mod arena;
mod batch;
mod clock;
mod config;
#[cfg(feature = "consent")]
mod consent;
mod core;
mod endpoint;
mod gate;
mod health;
mod heartbeat;
mod hook;
mod lane;
mod opt_out;
mod person;
mod policy;
mod product;
mod profile;
mod queue;
mod record;
#[cfg(all(test, shuttle))]
mod schedules;
mod shared;
mod signals;
mod standing;
mod threads;
mod wait;
mod worker;

pub use config::ClientBuilder;
pub use endpoint::{Endpoint, EndpointError};
#[cfg(feature = "http")]
pub(crate) use endpoint::{Place, is_loopback};
#[cfg(feature = "schema")]
pub(crate) use gate::FAMILY_VARIABLE;
#[cfg(any(feature = "schema", feature = "testing"))]
pub(crate) use gate::enable_variable;
pub use gate::{Decision, Source};
pub use health::{DropReason, Health, NotRecorded};
pub use heartbeat::Beat;
pub use hook::{Loss, LossReport};
#[cfg(feature = "clap")]
pub(crate) use person::is_marker;
pub use policy::{Action, Ambiguous, Policy};
pub use product::Product;
pub use profile::Profile;
pub use queue::Flushed;

pub(crate) use self::shared::Shared;
use self::{
    standing::{Epoch, Standing},
    wait::Wait,
    worker::Seed,
};
use crate::{SessionId, TelemetryEvent, json::Encode};

/// Records events. Cheap to clone; all clones share one queue and one worker.
///
/// Every call is safe at any time: when telemetry is off, after a shutdown, from any thread. A
/// program makes one with [`Client::builder`], which gives its owner; a library takes one from its
/// host.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
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
pub struct Telemetry {
    client: Client,
}

impl Telemetry {
    fn new(builder: &mut ClientBuilder, standing: Standing, seed: Option<Seed>) -> Self {
        let shared = Arc::new(Shared::new(builder, standing, seed));
        #[cfg(feature = "testing")]
        if let Some(clock) = &builder.clock {
            clock.attach(Arc::downgrade(&shared));
        }
        let client = Client { shared };
        Self { client }
    }

    /// A handle to record with.
    #[must_use]
    pub fn client(&self) -> Client {
        self.client.clone()
    }
}

impl Deref for Telemetry {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        let shared = &self.client.shared;
        // Who has called `shutdown` has said how long to wait: past that nothing more is sent.
        let until = shared.queue.shutdown();
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        let patience = left.unwrap_or(Duration::MAX).min(shared.exit_budget);
        let _ = self.client.shutdown(patience);
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
        let moment = self.shared.standing.moment();
        if moment.is_on() {
            let _ = self.record_on(moment.epoch(), event);
        } else if moment.is_ended() {
            self.record_ended();
        }
    }

    /// Records the event that `event` makes. The closure runs only when telemetry is on, and a
    /// panic in it is the caller's own.
    #[inline]
    pub fn record_with<E: TelemetryEvent>(&self, event: impl FnOnce() -> E) {
        let moment = self.shared.standing.moment();
        if moment.is_on() {
            let _ = self.record_on(moment.epoch(), &event());
        } else if moment.is_ended() {
            self.record_ended();
        }
    }

    /// Records an event and says why when it was not taken.
    ///
    /// # Errors
    ///
    /// The reason, which is also counted unless telemetry is off.
    pub fn try_record<E: TelemetryEvent>(&self, event: &E) -> Result<(), NotRecorded> {
        let moment = self.shared.standing.moment();
        if moment.is_on() {
            self.record_on(moment.epoch(), event)
        } else if moment.is_ended() {
            Err(self.shared.refuse(NotRecorded::ShutDown))
        } else {
            Err(NotRecorded::Off)
        }
    }

    /// Sends what is held and waits for the outcome, at most `patience`.
    ///
    /// It sends whatever the backoff says, unless the collector asked to be left alone, and ends with
    /// the first failure. What cannot be sent stays held. From inside a transport or a hook it does
    /// not wait.
    ///
    /// Where the system refused the worker its thread, the requests are made on this one, each with
    /// the same deadline. HTTPS needs the stack of a usual thread then: 128 KiB are not enough.
    pub fn flush(&self, patience: Duration) -> Flushed {
        let deadline = after(patience);
        match self.shared.begin_round() {
            Ok(goal) => self.shared.wait(goal, deadline),
            Err(known) => known,
        }
    }

    /// As [`flush`](Self::flush), without blocking. It begins at the call; the future only waits,
    /// and may be dropped.
    ///
    /// The future needs no particular runtime: for its deadline, a short-lived thread of the client
    /// waits while it does. Where the system refuses threads the future is ready at once and says
    /// [`Flushed::Incomplete`].
    pub fn flush_async(
        &self,
        patience: Duration,
    ) -> impl Future<Output = Flushed> + Send + Unpin + use<> {
        let deadline = after(patience);
        match self.shared.begin_round() {
            Ok(goal) => self.shared.wait_async(goal, deadline),
            Err(known) => Wait::Known(known),
        }
    }

    /// Sends what is held, for at most `patience`, and ends the client and all its clones.
    ///
    /// What the collector puts off is sent again when the backoff or its `Retry-After` allows, if
    /// that is before the deadline. Where a request cannot be sent, one try is all: without a
    /// network nobody waits. What is not delivered is dropped and counted.
    ///
    /// A second call waits for the first one's end. From inside a transport or a hook it does not
    /// wait.
    pub fn shutdown(&self, patience: Duration) -> Flushed {
        let deadline = after(patience);
        match self.shared.close(deadline, true) {
            Ok(goal) => self.shared.wait(goal, deadline),
            Err(known) => known,
        }
    }

    /// As [`shutdown`](Self::shutdown), without blocking. It begins at the call; the future only
    /// waits, and may be dropped.
    ///
    /// Where the system refuses threads, everything held is dropped and counted.
    pub fn shutdown_async(
        &self,
        patience: Duration,
    ) -> impl Future<Output = Flushed> + Send + Unpin + use<> {
        let deadline = after(patience);
        match self.shared.close(deadline, false) {
            Ok(goal) => self.shared.wait_async(goal, deadline),
            Err(known) => Wait::Known(known),
        }
    }

    /// True while events are recorded.
    #[inline]
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.shared.standing.moment().is_on()
    }

    /// Whether telemetry is on, by which signal, in a sentence for people. A shutdown changes
    /// nothing about it, a refusal while the program runs does.
    #[must_use]
    pub fn decision(&self) -> Decision {
        self.shared.standing.decision()
    }

    /// The id of the present session, which is also the envelope's. A new agreement after an opt-out
    /// begins a new session.
    #[must_use]
    pub fn session_id(&self) -> SessionId {
        self.shared.standing.session()
    }

    /// What became of the events so far.
    #[must_use]
    pub fn health(&self) -> Health {
        self.shared.queue.health()
    }

    /// The log of the accepted events, with the number of its lines that could not be written; `None`
    /// where there is none, or telemetry was off from the start.
    #[cfg(feature = "audit")]
    #[must_use]
    pub fn audit(&self) -> Option<&crate::AuditLog> {
        self.shared.audit.as_deref()
    }

    /// After a shutdown.
    #[cold]
    fn record_ended(&self) {
        let _ = self.shared.refuse(NotRecorded::ShutDown);
    }

    fn record_on(&self, epoch: Epoch, event: &dyn Encode) -> Result<(), NotRecorded> {
        let shared = &self.shared;
        if worker::on_worker() {
            return Err(shared.refuse(NotRecorded::Reentrant));
        }
        let schema = event.head().schema;
        let accept = |bytes: &[u8], coerced| shared.accept(epoch, schema, bytes, coerced);
        let at = shared.queue.clock.wall();
        record::encoded(event, at, shared.order, shared.max_event_bytes, accept)
            .unwrap_or_else(|record::TooLarge| Err(shared.refuse(NotRecorded::TooLarge)))
    }
}

/// Runs foreign code; `None` when it panics. The host never sees that panic.
fn guarded<R>(foreign: impl FnOnce() -> R) -> Option<R> {
    match catch_unwind(AssertUnwindSafe(foreign)) {
        Ok(result) => Some(result),
        Err(payload) => {
            // Its destructor is foreign code that could panic again.
            std::mem::forget(payload);
            None
        }
    }
}

/// The moment `patience` from now; `None` when the clock cannot say it.
fn after(patience: Duration) -> Option<Instant> {
    Instant::now().checked_add(patience)
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("decision", &self.decision())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.fmt(f)
    }
}
