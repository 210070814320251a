//! The heartbeat: one event, sent again and again while the program runs.
//!
//! An entry in the worker's schedule, not a thread: it keeps no process alive and delays no exit.
//! However late the worker comes to it, after a machine's sleep or a debugger's stop, there is one
//! beat, and the next one is counted from there: never a burst. It ends when telemetry turns off.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use super::{Client, encode, shared::Shared};
use crate::{
    delivery::{
        clock::{Clock, MonoTime},
        epoch::Epoch,
    },
    event::{TelemetryEvent, values::SessionId},
    util::duration::LONGEST,
};

/// A shorter interval would make a busy loop of a slip of the pen.
const SHORTEST: Duration = Duration::from_millis(1);

const LONGEST_JITTER: Duration = Duration::from_secs(60);

/// What a heartbeat's update function is told.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct HeartbeatContext {
    /// The present time, which is also the event's `ts`.
    pub at: SystemTime,
    /// The id of the present session.
    pub session_id: SessionId,
}

impl Client {
    /// Records `event` once per interval from now on, as `update` changes it for each beat; the
    /// first time after one interval. True when the heartbeat was started.
    ///
    /// | | |
    /// | --- | --- |
    /// | interval | 1 ms to 10 years; what is outside becomes the nearest. For the text of a variable see [`privacy::interval`](crate::privacy::interval) |
    /// | jitter | added to each interval: uniform from 0 to a tenth of it, at most 60 s |
    /// | late | after a machine's sleep there is one beat, and the next one an interval later |
    /// | several | a client has one heartbeat: while it runs, further calls do nothing and return false |
    /// | end | when telemetry turns off: [`shutdown`](Self::shutdown), the drop of the owner, an opt-out; then `event` and `update` are dropped |
    ///
    /// `update` and what is in the event run on the worker's thread, where recording is refused;
    /// what they change stays for the next beat. A panic of theirs costs this beat, is counted in
    /// [`Health::panics`](crate::Health) and ends nothing. An event that is recorded by a heartbeat
    /// is like any other: it may be refused, it is logged, it waits for company.
    ///
    /// It keeps no process alive and delays no exit. Where the system refuses the worker its thread,
    /// there is no beat until it is granted.
    ///
    /// ```
    /// use std::time::Duration;
    /// use telemetry_runtime::{Client, Product, TelemetryEvent, privacy::interval};
    /// # use telemetry_runtime::transport::NullTransport;
    ///
    /// /// A sign of life.
    /// #[derive(TelemetryEvent)]
    /// #[event(name = "service_alive", schema = "1.0")]
    /// struct ServiceAlive {
    ///     /// Beats so far.
    ///     #[event(required)]
    ///     beats: u32,
    /// }
    ///
    /// static MY_SERVICE: Product = Product::new("my-service").default_on(true);
    /// # let builder = Client::builder(&MY_SERVICE).env(|_| None);
    /// # let telemetry = builder.transport(NullTransport).build();
    ///
    /// // A variable says how often, and ten minutes where it does not.
    /// let every = interval(None, Duration::from_secs(600));
    /// let event = ServiceAlive::builder().beats(0).build();
    /// assert!(telemetry.heartbeat(every, event, |event, _| event.beats += 1));
    /// ```
    pub fn heartbeat<E>(
        &self,
        interval: Duration,
        event: E,
        update: impl FnMut(&mut E, &HeartbeatContext) + Send + 'static,
    ) -> bool
    where
        E: TelemetryEvent + Send + 'static,
    {
        let shared = &self.shared;
        let state = shared.switch.state();
        if !state.is_on() {
            return false;
        }
        let timer = HeartbeatTimer::new(interval, event, update, &shared.queue.clock);
        // What is not taken is dropped here, where its destructor is the caller's own.
        let Ok(start) = shared.queue.start_heartbeat(state.epoch(), timer) else {
            return false;
        };
        if start {
            shared.start_worker();
        }
        true
    }
}

/// Updates the event and records it in the epoch, if it still lasts.
type Recorder = dyn FnMut(&Shared, Epoch) + Send;

/// A heartbeat, as the worker has it in its schedule.
pub(crate) struct HeartbeatTimer {
    interval: Duration,
    due: MonoTime,
    random: fastrand::Rng,
    beat: Box<Recorder>,
}

impl HeartbeatTimer {
    fn new<E: TelemetryEvent + Send + 'static>(
        interval: Duration,
        mut event: E,
        mut update: impl FnMut(&mut E, &HeartbeatContext) + Send + 'static,
        clock: &Clock,
    ) -> Self {
        let beat = move |shared: &Shared, epoch| {
            let beat = HeartbeatContext {
                at: shared.queue.clock.wall(),
                session_id: shared.switch.session(),
            };
            update(&mut event, &beat);
            shared.record_beat(epoch, &event, beat.at);
        };
        let mut timer = Self {
            interval: interval.clamp(SHORTEST, LONGEST),
            due: MonoTime::ZERO,
            random: fastrand::Rng::new(),
            beat: Box::new(beat),
        };
        timer.reschedule(clock);
        timer
    }

    pub(crate) fn due(&self) -> MonoTime {
        self.due
    }

    /// Runs foreign code, which may panic.
    pub(crate) fn beat(&mut self, shared: &Shared, epoch: Epoch) {
        (self.beat)(shared, epoch);
    }

    /// Sets the moment of the next beat, counted from now.
    pub(crate) fn reschedule(&mut self, clock: &Clock) {
        let longest = LONGEST_JITTER.min(self.interval / 10);
        let jitter = longest.mul_f64(clock.jitter(&mut self.random));
        self.due = clock.now().saturating_add(self.interval + jitter);
    }
}

impl fmt::Debug for HeartbeatTimer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pulse")
            .field("interval", &self.interval)
            .field("due", &self.due)
            .finish_non_exhaustive()
    }
}

impl Shared {
    /// On the worker, which runs and looks at the queue again: nobody has to be woken or started.
    fn record_beat<E: TelemetryEvent>(&self, epoch: Epoch, event: &E, at: SystemTime) {
        let accept = |bytes: &[u8], coerced| {
            let _ = self.queue.accept(epoch, E::SCHEMA_VERSION, bytes, coerced);
        };
        if encode::encoded(event, at, self.order, self.max_event_bytes, accept).is_err() {
            self.queue
                .refuse(crate::delivery::health::RecordError::TooLarge);
        }
    }
}
