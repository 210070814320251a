//! A clock that stands still until a test moves it.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, SystemTime},
};

use crate::client::shared::Shared;

/// A client's time in the hands of a test: a flush interval of two minutes passes in no time.
///
/// It has two sides, as the system has: the monotonic one that everything is scheduled by, and the
/// wall clock that events and envelopes are dated by. Both stand still but for the calls below.
/// Clones are the same clock, and several clients may share one. Hand it over with
/// [`ClientBuilder::clock`](crate::ClientBuilder::clock).
///
/// The deadlines that callers give to `flush` and `shutdown`, and with them those of requests, stay
/// real time: a transport really waits.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use telemetry_runtime::{Client, Product, testing::VirtualClock, transport::MemoryTransport};
/// # use telemetry_runtime::TelemetryEvent;
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
    clients: Mutex<Vec<Weak<Shared>>>,
}

#[derive(Debug, Clone, Copy)]
struct Time {
    now: Duration,
    wall: SystemTime,
    jitter: Option<f64>,
}

impl VirtualClock {
    /// A clock whose wall clock says `start`.
    #[must_use]
    pub fn new(start: SystemTime) -> Self {
        let time = Time {
            now: Duration::ZERO,
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

    /// Lets so much time pass, on both sides, and wakes the clients whose clock it is, so that they
    /// do what is due. Does not wait until they have done it.
    ///
    /// Whatever was due at several moments in between is late now, as after a machine's sleep: a
    /// test that wants to see each of them takes smaller steps.
    pub fn advance(&self, by: Duration) {
        let mut time = self.time();
        time.now = time.now.saturating_add(by);
        // A wall clock that cannot say the time stands still.
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

    /// Sets the wall clock, forward or back, as a person or a time server does. Nothing else.
    pub fn set_wall_clock(&self, to: SystemTime) {
        self.time().wall = to;
    }

    /// Sets the part of its longest jitter that a heartbeat takes from its next beat on, from 0.0 to
    /// 1.0; what is outside becomes the nearest. Without it the part is random.
    pub fn set_jitter(&self, part: f64) {
        // What is no number is none.
        let part = if part > 0.0 { part.min(1.0) } else { 0.0 };
        self.time().jitter = Some(part);
    }

    /// What the wall clock says.
    #[must_use]
    pub fn wall(&self) -> SystemTime {
        self.time().wall
    }

    pub(crate) fn now(&self) -> Duration {
        self.time().now
    }

    pub(crate) fn jitter(&self) -> Option<f64> {
        self.time().jitter
    }

    pub(crate) fn attach(&self, client: Weak<Shared>) {
        self.clients().push(client);
    }

    fn time(&self) -> MutexGuard<'_, Time> {
        let time = self.inner.time.lock();
        time.unwrap_or_else(PoisonError::into_inner)
    }

    fn clients(&self) -> MutexGuard<'_, Vec<Weak<Shared>>> {
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
