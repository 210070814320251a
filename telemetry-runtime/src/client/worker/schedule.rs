//! The worker's tasks besides sending: the heartbeat, reading the user's files, a new epoch.

use super::Worker;
use crate::{
    client::{
        shared::Shared,
        switch::{LOOK_EVERY, Look},
    },
    delivery::{
        heartbeat::HeartbeatTimer,
        mono_time::MonoTime,
        queue::{
            arena::Drained,
            worker_side::{EpochChange, WaitFor},
        },
    },
    util::catch_panic::catch_panic,
};

impl Worker {
    pub(super) fn wait_for(&self, shared: &Shared) -> WaitFor {
        let timer = self.timer.as_ref().filter(|_| self.shutdown.is_none());
        let beat = timer.map(HeartbeatTimer::due);
        let has_files = shared.switch.has_files();
        let check = has_files.then(|| self.files_checked.saturating_add(LOOK_EVERY));
        let check_for_beat = check.filter(|_| beat.is_some());
        let of_core = WaitFor::new(self.epoch, &self.parts.core.report());
        let due = [of_core.due, beat, check_for_beat];
        WaitFor {
            due: due.into_iter().flatten().min(),
            due_if_held: check,
            waits_in_shutdown: self.shutdown.is_some() && !self.is_over(shared.queue.clock.now()),
            ..of_core
        }
    }

    /// Telemetry was turned off, and possibly on again: the worker forgets all earlier events.
    pub(super) fn change_epoch(&mut self, shared: &Shared, epoch_change: EpochChange) {
        self.epoch = epoch_change.epoch;
        self.parts.core.reset(epoch_change.resolved);
        self.drained = Drained::default();
        self.frames.clear();
        let session = shared.switch.session().as_str().to_owned();
        self.parts.context.session_id = session.into();
        let timer = self.timer.take();
        let _ = catch_panic(|| drop(timer));
        self.publish(shared, None);
    }

    /// Reads the user's files before a request or a heartbeat, and at least every
    /// [`LOOK_EVERY`]. True if they turn telemetry off.
    pub(super) fn files_refuse(&mut self, shared: &Shared, now: MonoTime, beats: bool) -> bool {
        let sends = self.parts.core.due().is_some_and(|due| due <= now);
        let long_ago = now.since(self.files_checked) >= LOOK_EVERY;
        if !(sends || beats || long_ago) || !shared.switch.has_files() {
            return false;
        }
        self.files_checked = now;
        let look = shared.switch.look(&shared.queue, self.epoch);
        self.unchecked = look == Look::Unknown;
        look == Look::Refused
    }

    /// Records the heartbeat's event.
    pub(super) fn beat(&mut self, shared: &Shared) {
        let Some(timer) = &mut self.timer else { return };
        let (epoch, at) = (self.epoch, shared.queue.clock.wall());
        if catch_panic(|| timer.beat(shared, epoch, at)).is_none() && !shared.is_inherited() {
            shared.queue.count_panic();
        }
        timer.reschedule(&shared.queue.clock);
    }
}
