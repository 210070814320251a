//! The heartbeat: one event that is recorded again and again while the program runs.
//!
//! An entry in the worker's schedule, not a thread: it neither keeps a process alive nor delays its
//! exit. When the worker is late, for example after the machine slept, it records one event and
//! counts the next interval from then. There is never a burst.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use super::{clock::Clock, epoch::Epoch, mono_time::MonoTime};
use crate::{
    event::values::SessionId,
    util::duration::{LONGEST, SHORTEST_HEARTBEAT},
    wire::json::writer::Encode,
};

const LONGEST_JITTER: Duration = Duration::from_secs(60);

/// Facts for a heartbeat's update function.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct HeartbeatContext {
    /// The current time, which is also the event's `ts`.
    pub at: SystemTime,
    /// The id of the current session.
    pub session_id: SessionId,
}

/// Where a heartbeat records its event.
pub(crate) trait RecordSink {
    fn session(&self) -> SessionId;

    /// Records the event unless `epoch` has ended.
    fn record(&self, epoch: Epoch, event: &dyn Encode, at: SystemTime);
}

/// Updates the event and records it in the epoch.
type Beat = dyn FnMut(&dyn RecordSink, Epoch, SystemTime) + Send;

/// A heartbeat with the time of its next event.
pub(crate) struct HeartbeatTimer {
    interval: Duration,
    due: MonoTime,
    random: fastrand::Rng,
    beat: Box<Beat>,
}

impl HeartbeatTimer {
    pub(crate) fn new<E: Encode + Send + 'static>(
        interval: Duration,
        mut event: E,
        mut update: impl FnMut(&mut E, &HeartbeatContext) + Send + 'static,
        clock: &Clock,
    ) -> Self {
        let beat = move |sink: &dyn RecordSink, epoch, at| {
            let session_id = sink.session();
            update(&mut event, &HeartbeatContext { at, session_id });
            sink.record(epoch, &event, at);
        };
        let mut timer = Self {
            interval: interval.clamp(SHORTEST_HEARTBEAT, LONGEST),
            due: MonoTime::START,
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
    pub(crate) fn beat(&mut self, sink: &dyn RecordSink, epoch: Epoch, at: SystemTime) {
        (self.beat)(sink, epoch, at);
    }

    /// Sets the time of the next event, counted from now.
    pub(crate) fn reschedule(&mut self, clock: &Clock) {
        let longest = LONGEST_JITTER.min(self.interval / 10);
        let jitter = longest.mul_f64(clock.jitter(&mut self.random));
        self.due = clock.now().saturating_add(self.interval + jitter);
    }
}

impl fmt::Debug for HeartbeatTimer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeartbeatTimer")
            .field("interval", &self.interval)
            .field("due", &self.due)
            .finish_non_exhaustive()
    }
}
