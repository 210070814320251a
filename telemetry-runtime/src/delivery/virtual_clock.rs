//! A clock that only a test advances.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, SystemTime},
};

use super::mono_time::MonoTime;

/// A client that reads a virtual clock.
pub(crate) trait Wake: Send + Sync {
    /// Makes its worker read the clock again. Must not block.
    fn wake(&self);
}

/// A clock that a test advances, so that a flush interval of two minutes passes at once.
///
/// It has two parts, like the system's: the monotonic clock schedules the worker, and the wall clock
/// dates events and envelopes. Both change only by the calls below. Clones share one clock, and
/// several clients may use it. Set it with [`ClientBuilder::clock`](crate::ClientBuilder::clock).
///
/// The deadlines of `flush`, `shutdown` and requests remain real time, because callers and
/// transports really wait.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use telemetry_runtime::{Client, Product, testing::VirtualClock, transport::MemoryTransport};
/// # use telemetry_runtime::TelemetryEvent;
/// # if cfg!(feature = "off") { return; } // records nothing
/// # /// One run.
/// # #[derive(TelemetryEvent)]
/// # #[event(name = "tool_run", schema = "1.0")]
/// # struct ToolRun {
/// #     /// Exit code.
/// #     exit_code: i32,
/// # }
///
/// static MY_TOOL: Product = Product::new("my-tool").default_on(true);
///
/// let clock = VirtualClock::new(UNIX_EPOCH);
/// let sent = MemoryTransport::new();
/// let telemetry = Client::builder(&MY_TOOL)
///     .env(|_| None)
///     .transport(sent.clone())
///     .clock(&clock)
///     .build();
///
/// telemetry.record(&ToolRun::builder().exit_code(0).build());
/// clock.advance(Duration::from_secs(119)); // the flush interval is 120 s
/// assert!(sent.bodies().is_empty());
/// clock.advance(Duration::from_secs(1));
/// assert!(sent.wait_for(1, Duration::from_secs(60)));
/// let body = String::from_utf8(sent.bodies().remove(0)).unwrap();
/// assert!(body.contains(r#""sentTs":"1970-01-01T00:02:00.000Z""#));
/// assert!(body.contains(r#"{"ts":"1970-01-01T00:00:00.000Z""#));
/// ```
#[derive(Clone)]
pub struct VirtualClock {
    inner: Arc<Inner>,
}

struct Inner {
    time: Mutex<Time>,
    clients: Mutex<Vec<Weak<dyn Wake>>>,
}

#[derive(Debug, Clone, Copy)]
struct Time {
    now: MonoTime,
    wall: SystemTime,
    jitter: Option<f64>,
}

impl VirtualClock {
    /// Creates a clock whose wall clock is at `start`.
    #[must_use]
    pub fn new(start: SystemTime) -> Self {
        let time = Time {
            now: MonoTime::START,
            wall: start,
            jitter: None,
        };
        Self {
            inner: Arc::new(Inner {
                time: Mutex::new(time),
                clients: Mutex::default(),
            }),
        }
    }

    /// Advances both parts and wakes the clients that use this clock, so that they do what is due.
    /// Does not wait for them.
    ///
    /// Tasks that were due at different times in between all run late, as after a machine's sleep. A
    /// test that needs to observe each of them takes smaller steps.
    pub fn advance(&self, by: Duration) {
        let mut time = self.time();
        time.now = time.now.saturating_add(by);
        // On overflow the wall clock does not change.
        time.wall = time.wall.checked_add(by).unwrap_or(time.wall);
        drop(time);
        let mut clients = self.clients();
        clients.retain(|client| client.strong_count() > 0);
        let woken: Vec<_> = clients.iter().filter_map(Weak::upgrade).collect();
        drop(clients);
        for client in woken {
            client.wake();
        }
    }

    /// Sets only the wall clock, forward or back, as a user or a time server does.
    pub fn set_wall_clock(&self, to: SystemTime) {
        self.time().wall = to;
    }

    /// Sets the fraction of the longest jitter that a heartbeat uses from its next event on, clamped
    /// to 0.0 to 1.0. By default the fraction is random.
    pub fn set_jitter(&self, fraction: f64) {
        // NaN becomes 0.0.
        let fraction = if fraction > 0.0 {
            fraction.min(1.0)
        } else {
            0.0
        };
        self.time().jitter = Some(fraction);
    }

    /// The time of the wall clock.
    #[must_use]
    pub fn wall(&self) -> SystemTime {
        self.time().wall
    }

    pub(crate) fn now(&self) -> MonoTime {
        self.time().now
    }

    pub(crate) fn jitter(&self) -> Option<f64> {
        self.time().jitter
    }

    pub(crate) fn attach(&self, client: Weak<dyn Wake>) {
        self.clients().push(client);
    }

    fn time(&self) -> MutexGuard<'_, Time> {
        let time = self.inner.time.lock();
        time.unwrap_or_else(PoisonError::into_inner)
    }

    fn clients(&self) -> MutexGuard<'_, Vec<Weak<dyn Wake>>> {
        let clients = self.inner.clients.lock();
        clients.unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for VirtualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Time { now, wall, .. } = *self.time();
        f.debug_struct("VirtualClock")
            .field("now", &now)
            .field("wall", &wall)
            .finish()
    }
}
