//! What the worker does beside sending: the heartbeat, looking for refusals, a new epoch.

use super::Worker;
use crate::{
    client::{heartbeat::HeartbeatTimer, shared::Shared, switch::LOOK_EVERY},
    delivery::{
        clock::MonoTime,
        queue::{arena::Drained, state::EpochChange, worker_side::WaitFor},
    },
    util::catch_panic::catch_panic,
};

impl Worker {
    pub(super) fn wait_for(&self, shared: &Shared) -> WaitFor {
        let core = &self.parts.core;
        let timer = self.timer.as_ref().filter(|_| self.ends.is_none());
        let beat = timer.map(HeartbeatTimer::due);
        let look = shared.switch.has_files();
        let look = look.then(|| self.looked.saturating_add(LOOK_EVERY));
        let look_for_beat = look.filter(|_| beat.is_some());
        let of_core = WaitFor::of(core);
        let due = [of_core.due, beat, look_for_beat];
        WaitFor {
            epoch: self.epoch,
            due: due.into_iter().flatten().min(),
            due_if_held: look,
            lingers: self.ends.is_some() && !self.is_over(shared.queue.clock.now()),
            ..of_core
        }
    }

    /// Telemetry was turned off, and perhaps on again: nothing from before is left.
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

    /// Looks for a refusal in the files: before anything is sent or recorded here, and from time to
    /// time.
    pub(super) fn is_refused(&mut self, shared: &Shared, now: MonoTime, beats: bool) -> bool {
        let sends = self.parts.core.due().is_some_and(|due| due <= now);
        let long_ago = now.saturating_sub(self.looked) >= LOOK_EVERY;
        if !(sends || beats || long_ago) || !shared.switch.has_files() {
            return false;
        }
        self.looked = now;
        shared.switch.look(&shared.queue, self.epoch)
    }

    /// Records the heartbeat's event.
    pub(super) fn beat(&mut self, shared: &Shared) {
        let Some(timer) = &mut self.timer else { return };
        let epoch = self.epoch;
        if catch_panic(|| timer.beat(shared, epoch)).is_none() {
            shared.queue.count_panic();
        }
        timer.reschedule(&shared.queue.clock);
    }
}
