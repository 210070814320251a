//! What the worker does beside sending: the heartbeat, looking for refusals, a new epoch.

use super::Worker;
use crate::{
    client::{heartbeat::Pulse, shared::Shared, switch::LOOK_EVERY},
    delivery::{
        clock::Tick,
        queue::{arena::Taken, state::Renewal, worker_side::Needs},
    },
    util::catch_panic::guarded,
};

impl Worker {
    pub(super) fn needs(&self, shared: &Shared) -> Needs {
        let core = &self.seed.core;
        let pulse = self.pulse.as_ref().filter(|_| self.ends.is_none());
        let beat = pulse.map(Pulse::due);
        let look = shared.standing.has_files();
        let look = look.then(|| self.looked.saturating_add(LOOK_EVERY));
        let look_for_beat = look.filter(|_| beat.is_some());
        let of_core = Needs::of(core);
        let due = [of_core.due, beat, look_for_beat];
        Needs {
            epoch: self.epoch,
            due: due.into_iter().flatten().min(),
            due_if_held: look,
            lingers: self.ends.is_some() && !self.is_over(shared.queue.clock.now()),
            ..of_core
        }
    }

    /// Telemetry was turned off, and perhaps on again: nothing from before is left.
    pub(super) fn renew(&mut self, shared: &Shared, renewal: Renewal) {
        self.epoch = renewal.epoch;
        self.seed.core.forget(renewal.settled);
        self.taken = Taken::default();
        self.frames.clear();
        let session = shared.standing.session().as_str().to_owned();
        self.seed.context.session_id = session.into();
        let pulse = self.pulse.take();
        let _ = guarded(|| drop(pulse));
        self.publish(shared, None);
    }

    /// Looks for a refusal in the files: before anything is sent or recorded here, and from time to
    /// time.
    pub(super) fn is_refused(&mut self, shared: &Shared, now: Tick, beats: bool) -> bool {
        let sends = self.seed.core.due().is_some_and(|due| due <= now);
        let long_ago = now.saturating_sub(self.looked) >= LOOK_EVERY;
        if !(sends || beats || long_ago) || !shared.standing.has_files() {
            return false;
        }
        self.looked = now;
        shared.standing.look(&shared.queue, self.epoch)
    }

    /// Records the heartbeat's event.
    pub(super) fn beat(&mut self, shared: &Shared) {
        let Some(pulse) = &mut self.pulse else { return };
        let epoch = self.epoch;
        if guarded(|| pulse.beat(shared, epoch)).is_none() {
            shared.queue.count_panic();
        }
        pulse.wind(&shared.queue.clock);
    }
}
