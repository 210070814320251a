//! The client: the handle that records events.
//!
//! Recording never blocks, never fails the host and costs one load when telemetry is off. Only the
//! drop of the [`Telemetry`] owner, `flush` and `shutdown` wait, each up to its deadline.
//!
//! An event is encoded on the caller's thread ([`record`]), appended to the queue ([`queue`]) and
//! from there taken by the worker ([`worker`]), which asks the core ([`core`]) what to send and hands
//! it to a transport. [`gate`] decides at the start whether any of this happens.

use std::{
    fmt,
    ops::Deref,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

mod arena;
mod batch;
mod config;
#[cfg(feature = "consent")]
mod consent;
mod core;
mod endpoint;
mod gate;
mod health;
mod lane;
mod policy;
mod product;
mod queue;
mod record;
mod signals;
mod worker;

pub use config::ClientBuilder;
pub use endpoint::{Endpoint, EndpointError};
#[cfg(feature = "http")]
pub(crate) use endpoint::{Place, is_loopback};
pub use gate::{Decision, Source};
pub use health::{DropReason, Health, NotRecorded};
pub use policy::{Action, Ambiguous, Policy};
pub use product::Product;
pub use queue::Flushed;

use self::{queue::Queue, worker::Seed};
use crate::{EventKeyOrder, SessionId, TelemetryEvent};

/// Records events. Cheap to clone; all clones share one queue and one worker.
///
/// Every call is safe at any time: when telemetry is off, after a shutdown, from any thread.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

/// Owns a [`Client`] and delivers what it holds when dropped, within the exit budget.
///
/// Keep it until the end of `main`. Its drop is the only one that waits; clones of the client
/// never do, and record nothing any more once it is gone.
#[must_use = "dropping it at once shuts telemetry down"]
pub struct Telemetry {
    client: Client,
}

/// What a client's handles and its worker share.
pub(crate) struct Shared {
    /// False when off and after a shutdown: all that recording looks at then.
    on: AtomicBool,
    decision: Decision,
    session: SessionId,
    order: EventKeyOrder,
    max_event_bytes: usize,
    exit_budget: Duration,
    queue: Queue,
    seed: Mutex<Option<Seed>>,
}

impl Telemetry {
    fn new(
        builder: &ClientBuilder,
        decision: Decision,
        session: SessionId,
        seed: Option<Seed>,
    ) -> Self {
        let numbers = &builder.numbers;
        let shared = Shared {
            on: AtomicBool::new(decision.on),
            decision,
            session,
            order: builder.product().event_key_order,
            max_event_bytes: numbers.max_event_bytes,
            exit_budget: numbers.exit_budget,
            queue: Queue::new(numbers.bounds()),
            seed: Mutex::new(seed),
        };
        let client = Client {
            shared: Arc::new(shared),
        };
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
        let _ = self.client.shutdown(self.client.shared.exit_budget);
    }
}

impl Client {
    /// Settings of a client for `product`.
    pub fn builder(product: &'static Product) -> ClientBuilder {
        ClientBuilder::new(product)
    }

    /// Records an event: encodes it here and now, and leaves the rest to the worker.
    ///
    /// An event that cannot be taken is counted; see [`Client::health`].
    #[inline]
    pub fn record<E: TelemetryEvent>(&self, event: &E) {
        if self.is_on() {
            let _ = self.record_on(event);
        }
    }

    /// Records the event that `event` makes. The closure runs only when telemetry is on, and a
    /// panic in it is the caller's own.
    #[inline]
    pub fn record_with<E: TelemetryEvent>(&self, event: impl FnOnce() -> E) {
        if self.is_on() {
            let _ = self.record_on(&event());
        }
    }

    /// Records an event and says why when it was not taken.
    ///
    /// # Errors
    ///
    /// The reason, which is also counted unless telemetry is off.
    pub fn try_record<E: TelemetryEvent>(&self, event: &E) -> Result<(), NotRecorded> {
        if self.is_on() {
            self.record_on(event)
        } else if self.shared.decision.on {
            Err(self.shared.queue.refuse(NotRecorded::ShutDown))
        } else {
            Err(NotRecorded::Off)
        }
    }

    /// Sends what is held and waits for the outcome, at most `patience`.
    ///
    /// Everything is tried once, whatever the backoff says, unless the collector asked to be left
    /// alone. What cannot be sent stays held.
    pub fn flush(&self, patience: Duration) -> Flushed {
        if worker::on_worker() {
            return Flushed::Incomplete;
        }
        if self.shared.queue.wants_thread() {
            self.shared.start_worker();
        }
        self.shared.queue.flush(after(patience))
    }

    /// Sends what is held, for at most `patience`, and ends the client and all its clones.
    ///
    /// What is not delivered by then is dropped and counted. A second call waits for the first
    /// one's end. On the worker's own thread, inside a transport, it does not wait.
    pub fn shutdown(&self, patience: Duration) -> Flushed {
        self.shared.close(patience);
        if worker::on_worker() {
            return Flushed::Incomplete;
        }
        if self.shared.queue.wants_thread() {
            self.shared.start_worker();
        }
        self.shared.queue.wait_for_end(after(patience))
    }

    /// True while events are recorded.
    #[inline]
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.shared.on.load(Ordering::Relaxed)
    }

    /// Whether telemetry was turned on, by which signal, in a sentence for people.
    #[must_use]
    pub fn decision(&self) -> Decision {
        self.shared.decision.clone()
    }

    /// The id of this session, which is also the envelope's.
    #[must_use]
    pub fn session_id(&self) -> SessionId {
        self.shared.session.clone()
    }

    /// What became of the events so far.
    #[must_use]
    pub fn health(&self) -> Health {
        self.shared.queue.health()
    }

    fn record_on<E: TelemetryEvent>(&self, event: &E) -> Result<(), NotRecorded> {
        let shared = &self.shared;
        if worker::on_worker() {
            return Err(shared.queue.refuse(NotRecorded::Reentrant));
        }
        let accept = |bytes: &[u8], coerced| shared.accept(E::SCHEMA_VERSION, bytes, coerced);
        record::encoded(event, shared.order, shared.max_event_bytes, accept)
            .unwrap_or_else(|record::TooLarge| Err(shared.queue.refuse(NotRecorded::TooLarge)))
    }
}

impl Shared {
    fn accept(
        self: &Arc<Self>,
        schema: &'static str,
        event: &[u8],
        coerced: u32,
    ) -> Result<(), NotRecorded> {
        if self.queue.accept(schema, event, coerced)? {
            self.start_worker();
        }
        Ok(())
    }

    #[cold]
    fn start_worker(self: &Arc<Self>) {
        if worker::start(self).is_err() {
            self.queue.thread_refused();
        }
    }

    fn take_seed(&self) -> Option<Seed> {
        self.seed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    fn close(&self, patience: Duration) {
        self.on.store(false, Ordering::Relaxed);
        let now = Instant::now();
        // A deadline beyond what the clock can say is as good as a day.
        let until = after(patience).unwrap_or(now + Duration::from_secs(24 * 3600));
        self.queue.close(until);
    }
}

/// The moment `patience` from now; `None` when the clock cannot say it.
fn after(patience: Duration) -> Option<Instant> {
    Instant::now().checked_add(patience)
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("decision", &self.shared.decision)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.fmt(f)
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("decision", &self.decision)
            .finish_non_exhaustive()
    }
}
