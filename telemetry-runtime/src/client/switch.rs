//! Whether telemetry is on at this moment and in which session, and how that changes while the
//! program runs.
//!
//! Time falls into *epochs*: each opt-out and each new agreement begins one. An event belongs to the
//! epoch in which it was recorded, and the queue takes only those of the present one, so nothing
//! from before a refusal can come after it. Recording looks at one number, phase and epoch together.
//! There is no way to turn telemetry on here but a person's own word, read from their files.

use crate::delivery::epoch::Epoch;
use std::{
    sync::{PoisonError, atomic::Ordering},
    time::Duration,
};

use crate::{
    decision::{Decision, gate::Gate, stored::Word},
    delivery::queue::Queue,
    event::values::SessionId,
    util::{
        catch_panic::guarded,
        sync::{AtomicU32, Mutex, MutexGuard},
    },
};

/// The files are looked at again at least this often while there is something to stop.
pub(super) const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Phase and epoch at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment(u32);

impl Moment {
    const ON: u32 = 0;
    const OFF: u32 = 1;
    const ENDED: u32 = 2;
    const PHASES: u32 = 4;

    fn new(phase: u32, epoch: Epoch) -> Self {
        Self(epoch.wrapping_mul(Self::PHASES) | phase)
    }

    #[inline]
    pub(super) fn is_on(self) -> bool {
        self.0 % Self::PHASES == Self::ON
    }

    /// Shut down while it was on.
    #[inline]
    pub(super) fn is_ended(self) -> bool {
        self.0 % Self::PHASES == Self::ENDED
    }

    fn is_off(self) -> bool {
        self.0 % Self::PHASES == Self::OFF
    }

    pub(super) fn epoch(self) -> Epoch {
        self.0 / Self::PHASES
    }
}

/// Where a client stands.
#[derive(Debug)]
pub(super) struct Standing {
    moment: AtomicU32,
    shown: Mutex<Shown>,
    /// Whoever was on may be refused later.
    gate: Option<Gate>,
    session_prefix: String,
}

#[derive(Debug)]
struct Shown {
    decision: Decision,
    session: SessionId,
    /// What people had said when telemetry was refused; `None` while that is not known.
    refused: Option<Word>,
}

impl Standing {
    /// Of a new client. Without a gate it is off for good.
    pub(super) fn new(
        decision: Decision,
        session: SessionId,
        session_prefix: String,
        gate: Option<Gate>,
    ) -> Self {
        let phase = if decision.on { Moment::ON } else { Moment::OFF };
        Self {
            moment: AtomicU32::new(Moment::new(phase, 0).0),
            shown: Mutex::new(Shown {
                decision,
                session,
                refused: None,
            }),
            gate,
            session_prefix,
        }
    }

    #[inline]
    pub(super) fn moment(&self) -> Moment {
        // Only a hint: the queue compares epochs under its lock.
        Moment(self.moment.load(Ordering::Relaxed))
    }

    pub(super) fn decision(&self) -> Decision {
        self.shown().decision.clone()
    }

    pub(super) fn session(&self) -> SessionId {
        self.shown().session.clone()
    }

    /// True when another process can refuse.
    pub(super) fn has_files(&self) -> bool {
        self.gate
            .as_ref()
            .is_some_and(|gate| !gate.files.is_empty())
    }

    /// The client is shut down.
    pub(super) fn end(&self) {
        let _shown = self.shown();
        let moment = self.moment();
        if moment.is_on() {
            self.set(Moment::ENDED, moment.epoch());
        }
    }

    /// The program's own refusal.
    pub(super) fn opt_out(&self, queue: &Queue) {
        let Some(gate) = &self.gate else { return };
        // First the end of it. Files may be slow to read, and until then nobody can agree.
        self.refuse(self.shown(), queue, Decision::OPTED_OUT, None);
        let word = gate.files.read();
        let mut shown = self.shown();
        if shown.decision == Decision::OPTED_OUT {
            shown.refused.get_or_insert(word);
        }
    }

    /// Looks whether somebody refused in a file, and turns telemetry off if so. False when nothing
    /// has changed since `epoch`.
    pub(super) fn look(&self, queue: &Queue, epoch: Epoch) -> bool {
        let Some(gate) = &self.gate else { return false };
        let word = gate.files.read();
        let Some(decision) = gate.refused_by(&word) else {
            return false;
        };
        let shown = self.shown();
        if self.moment().epoch() == epoch {
            self.refuse(shown, queue, decision, Some(word));
        }
        true
    }

    /// Reads the files again: a refusal turns telemetry off, a new agreement turns it on.
    pub(super) fn recheck(&self, queue: &Queue) -> Decision {
        if let Some(gate) = &self.gate {
            let moment = self.moment();
            let word = gate.files.read();
            let shown = self.shown();
            // Whoever changed it meanwhile knows better.
            if self.moment() == moment {
                self.judge(shown, queue, gate, word);
            }
        }
        self.decision()
    }

    fn judge(&self, mut shown: MutexGuard<'_, Shown>, queue: &Queue, gate: &Gate, word: Word) {
        if let Some(decision) = gate.refused_by(&word) {
            return self.refuse(shown, queue, decision, Some(word));
        }
        let agreed = |before: &Word| word.agrees_since(before);
        if !shown.refused.as_ref().is_some_and(agreed) || queue.shutdown().is_some() {
            return;
        }
        shown.decision = gate.decide(|| word);
        if shown.decision.on {
            shown.refused = None;
            shown.session = SessionId::random().with_prefix(&self.session_prefix);
            // Nothing is held, and no heartbeat there.
            queue.begin_epoch(|epoch| self.set(Moment::ON, epoch));
        }
    }

    /// Everything held ends with its epoch, wherever it is: a spool is emptied here, too.
    fn refuse(
        &self,
        mut shown: MutexGuard<'_, Shown>,
        queue: &Queue,
        decision: Decision,
        word: Option<Word>,
    ) {
        shown.decision = decision;
        shown.refused = word;
        if self.moment().is_off() {
            return;
        }
        let pulse = queue.begin_epoch(|epoch| self.set(Moment::OFF, epoch));
        drop(shown);
        // Foreign code, and so not under a lock.
        let _ = guarded(|| drop(pulse));
    }

    fn set(&self, phase: u32, epoch: Epoch) {
        let moment = Moment::new(phase, epoch);
        self.moment.store(moment.0, Ordering::Relaxed);
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
