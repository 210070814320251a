//! The entries in the worker's schedule: heartbeats, and summaries that hold counts.
//!
//! A timer is not a thread: it neither keeps a process alive nor delays its exit. When the worker is
//! late, for example after the machine slept, the timer runs once and the next interval is counted from
//! then. There is never a burst.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use super::{clock::Clock, epoch::Epoch, mono_time::MonoTime, summary::Counting};
use crate::{
    event::values::SessionId,
    util::{
        catch_panic::catch_panic,
        duration::{LONGEST, SHORTEST_INTERVAL},
    },
    wire::json::writer::Encode,
};

const LONGEST_JITTER: Duration = Duration::from_secs(60);

/// Where a timer records its events. Every method is called on the worker.
pub(crate) trait RecordSink {
    fn session(&self) -> SessionId;

    /// Records the event unless `epoch` has ended. Runs the code of the event, which may panic.
    fn record(&self, epoch: Epoch, event: &dyn Encode, at: SystemTime);

    /// Counts a panic of foreign code.
    fn count_panic(&self);

    /// True if foreign code forked, and this is the child.
    fn is_inherited(&self) -> bool;
}

/// Updates the event of a heartbeat and records it in the epoch.
pub(crate) type Beat = dyn FnMut(&dyn RecordSink, Epoch, SystemTime) + Send;

pub(crate) enum Task {
    Heartbeat(Box<Beat>),
    Summary(Arc<dyn Counting>),
}

/// A task with the time at which it is due.
pub(crate) struct Timer {
    interval: Duration,
    due: MonoTime,
    random: fastrand::Rng,
    task: Task,
}

impl Timer {
    pub(crate) fn new(interval: Duration, task: Task, clock: &Clock) -> Self {
        let mut timer = Self {
            interval: interval.clamp(SHORTEST_INTERVAL, LONGEST),
            due: MonoTime::START,
            random: fastrand::Rng::new(),
            task,
        };
        timer.reschedule(clock);
        timer
    }

    pub(crate) fn due(&self) -> MonoTime {
        self.due
    }

    pub(crate) fn is_summary(&self) -> bool {
        matches!(self.task, Task::Summary(_))
    }

    /// Runs the task. A summary waits until `deadline` for updates that are under way. False if the
    /// timer has no further task.
    pub(crate) fn run(
        &mut self,
        sink: &dyn RecordSink,
        epoch: Epoch,
        at: SystemTime,
        deadline: Instant,
    ) -> bool {
        match &mut self.task {
            Task::Heartbeat(beat) => {
                guarded(sink, || beat(sink, epoch, at));
                true
            }
            Task::Summary(counting) => {
                let taken = counting.take(epoch, deadline);
                record_all(sink, taken.epoch, taken.events, at);
                taken.again
            }
        }
    }

    /// Records the counts of a summary at the end of the client. Later updates are refused. Waits until
    /// `deadline` for updates that are under way.
    pub(crate) fn run_last(&self, sink: &dyn RecordSink, at: SystemTime, deadline: Instant) {
        if let Task::Summary(counting) = &self.task {
            let taken = counting.close(deadline);
            record_all(sink, taken.epoch, taken.events, at);
        }
    }

    /// Ends the timer of a client that records no more. Returns the number of events that a summary
    /// had accumulated in `epoch`, which are lost.
    pub(crate) fn abandon(self, epoch: Epoch) -> u64 {
        let lost = match &self.task {
            Task::Summary(counting) => Some(counting.close(Instant::now())),
            Task::Heartbeat(_) => None,
        };
        let of_epoch = lost.as_ref().filter(|lost| lost.epoch == epoch);
        let events = of_epoch.map_or(0, |lost| lost.events.len() as u64);
        let _ = catch_panic(|| drop((lost, self)));
        events
    }

    /// Ends the timer with its epoch: the counts are forgotten.
    pub(crate) fn forget(self, epoch: Epoch) {
        let _ = catch_panic(|| {
            if let Task::Summary(counting) = &self.task {
                drop(counting.forget(epoch).events);
            }
            drop(self);
        });
    }

    /// Sets the time of the next run, counted from now.
    pub(crate) fn reschedule(&mut self, clock: &Clock) {
        let longest = LONGEST_JITTER.min(self.interval / 10);
        let jitter = longest.mul_f64(clock.jitter(&mut self.random));
        self.due = clock.now().saturating_add(self.interval + jitter);
    }
}

/// Records each event and drops it. A panic costs one event.
fn record_all(
    sink: &dyn RecordSink,
    epoch: Epoch,
    events: Vec<Box<dyn Encode + Send>>,
    at: SystemTime,
) {
    for event in events {
        if sink.is_inherited() {
            std::mem::forget(event);
            continue;
        }
        guarded(sink, || {
            sink.record(epoch, &*event, at);
            drop(event);
        });
    }
}

/// Runs foreign code. A panic is counted.
fn guarded(sink: &dyn RecordSink, code: impl FnOnce()) {
    if catch_panic(code).is_none() && !sink.is_inherited() {
        sink.count_panic();
    }
}

impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timer")
            .field("interval", &self.interval)
            .field("due", &self.due)
            .finish_non_exhaustive()
    }
}
