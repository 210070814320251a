//! The worker's tasks besides sending: timers, reading the user's files, a new epoch.

use std::time::{Duration, Instant};

use super::Worker;
use crate::{
    client::{
        shared::Shared,
        switch::{LOOK_EVERY, Look},
    },
    delivery::{
        mono_time::MonoTime,
        queue::worker_side::{EpochChange, WaitFor},
        timer::Timer,
    },
    util::catch_panic::catch_panic,
};

/// The longest wait for updates of summaries that are under way when their counts are recorded.
const PATIENCE: Duration = if cfg!(all(test, shuttle)) {
    // No time passes while schedules are explored.
    Duration::from_secs(24 * 3600)
} else {
    Duration::from_millis(100)
};

/// In a child of `fork`: starts the heartbeats of the parent again.
pub(super) fn restart_heartbeats(shared: &Shared) {
    let epoch = shared.switch.state().epoch();
    for original in shared.queue.heartbeats.take_inherited() {
        let started = catch_panic(|| {
            let timer = original.start(&shared.queue.clock);
            if shared.is_inherited() {
                // `Clone` forked, and this is the child.
                std::mem::forget((timer, original));
                return;
            }
            drop(shared.queue.start_heartbeat(epoch, timer, original));
        });
        if shared.is_inherited() {
            return;
        }
        if started.is_none() {
            shared.queue.count_panic();
        }
    }
}

impl Worker {
    pub(super) fn wait_for(&self, shared: &Shared) -> WaitFor {
        let timer = self.timer_due();
        let has_files = shared.switch.has_files();
        let check = has_files.then(|| self.files_checked.saturating_add(LOOK_EVERY));
        let check_for_timer = check.filter(|_| timer.is_some());
        let of_core = WaitFor::new(self.epoch, &self.parts.core.report());
        #[cfg(feature = "spool")]
        let spool_due = shared.spool.as_ref().and_then(|spool| spool.due());
        #[cfg(feature = "spool")]
        let adoption_due = self.adoption_due(shared);
        #[cfg(feature = "spool")]
        let read_back_due = self.adoption.read_back_after;
        #[cfg(feature = "spool")]
        let reads_back = self.reads_back(shared);
        #[cfg(not(feature = "spool"))]
        let (spool_due, adoption_due, read_back_due, reads_back) = (None, None, None, false);
        let due = [
            of_core.due,
            timer,
            check_for_timer,
            spool_due.map(MonoTime::from_start),
            adoption_due,
            read_back_due,
        ];
        WaitFor {
            due: due.into_iter().flatten().min(),
            due_if_held: check,
            idle: self.idle,
            reads_back,
            in_shutdown: self.shutdown.is_some(),
            has_summaries: self.timers.iter().any(Timer::is_summary),
            waits_in_shutdown: self.shutdown.is_some() && !self.is_over(shared.queue.clock.now()),
            ..of_core
        }
    }

    /// Telemetry was turned off, and possibly on again: the worker forgets all earlier events.
    pub(super) fn change_epoch(&mut self, shared: &Shared, epoch_change: EpochChange) {
        let ended = std::mem::replace(&mut self.epoch, epoch_change.epoch);
        self.parts.core.reset(epoch_change.resolved);
        #[cfg(feature = "spool")]
        {
            self.forget_adopted();
            // The thread that turned telemetry off has purged the files of that epoch. If telemetry is on again,
            // they have events of the new one.
            if shared.switch.state().is_off() {
                shared.purge();
            }
        }
        self.taken.clear();
        self.frames.clear();
        let session = shared.switch.session().as_str().to_owned();
        self.parts.context.session_id = session.into();
        for timer in std::mem::take(&mut self.timers) {
            timer.forget(ended);
        }
        self.publish(shared, None);
    }

    /// Reads the user's files before a request or another task, and at least every [`LOOK_EVERY`]. True if
    /// they turn telemetry off.
    pub(super) fn files_refuse(&mut self, shared: &Shared, now: MonoTime, has_task: bool) -> bool {
        let sends = self.parts.core.due().is_some_and(|due| due <= now);
        let long_ago = now.since(self.files_checked) >= LOOK_EVERY;
        if !(sends || has_task || long_ago) || !shared.switch.has_files() {
            return false;
        }
        self.files_checked = now;
        let look = shared.switch.look(&shared.queue, self.epoch);
        self.unchecked = look == Look::Unknown;
        #[cfg(feature = "spool")]
        if look == Look::Refused {
            shared.purge();
        }
        look == Look::Refused
    }

    /// When the next timer is due. During the shutdown none is.
    pub(super) fn timer_due(&self) -> Option<MonoTime> {
        let timers = self.timers.iter().filter(|_| self.shutdown.is_none());
        timers.map(Timer::due).min()
    }

    /// Runs the timers that are due.
    pub(super) fn run_timers(&mut self, shared: &Shared, now: MonoTime) {
        self.run_each(shared, Instant::now() + PATIENCE, |timer| {
            timer.due() <= now
        });
    }

    /// Records the counts of all summaries, before a flush or the last round begins, and takes the batches
    /// that they joined.
    pub(super) fn record_summaries(&mut self, shared: &Shared, shutdown: Option<Instant>) {
        if !self.timers.iter().any(Timer::is_summary) {
            return;
        }
        let now = Instant::now();
        let left = shutdown.map(|end| end.saturating_duration_since(now));
        let deadline = now + left.map_or(PATIENCE, |left| PATIENCE.min(left / 4));
        if shutdown.is_none() {
            self.run_each(shared, deadline, Timer::is_summary);
        } else {
            let at = shared.queue.clock.wall();
            for timer in &self.timers {
                if !shared.is_inherited() {
                    timer.run_last(shared, at, deadline);
                }
            }
        }
        if !shared.is_inherited() {
            shared.queue.take_all(&mut self.taken);
            self.ingest(shared, shutdown);
        }
    }

    /// Runs some of the timers. They share one deadline, so that closures that hang do not add up.
    fn run_each(&mut self, shared: &Shared, deadline: Instant, which: impl Fn(&Timer) -> bool) {
        let (epoch, at) = (self.epoch, shared.queue.clock.wall());
        let before = self.timers.len();
        self.timers.retain_mut(|timer| {
            if !which(timer) || shared.is_inherited() {
                return true;
            }
            let again = timer.run(shared, epoch, at, deadline);
            timer.reschedule(&shared.queue.clock);
            again
        });
        let ended = before - self.timers.len();
        if ended > 0 && !shared.is_inherited() {
            shared.queue.summaries_ended(epoch, ended);
        }
    }
}
