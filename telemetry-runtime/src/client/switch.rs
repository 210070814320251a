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
    decision::{Decision, gate::Gate, stored::StoredSignals},
    delivery::queue::Queue,
    event::values::SessionId,
    util::{
        catch_panic::catch_panic,
        sync::{AtomicU32, Mutex, MutexGuard},
    },
};

/// The files are looked at again at least this often while there is something to stop.
pub(super) const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Phase and epoch at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SwitchState(u32);

impl SwitchState {
    const ON: u32 = 0;
    const OFF: u32 = 1;
    const ENDED: u32 = 2;
    const PHASES: u32 = 4;

    fn new(phase: u32, epoch: Epoch) -> Self {
        Self(epoch.number() * Self::PHASES + phase)
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
        Epoch::from_number(self.0 / Self::PHASES)
    }
}

/// Where a client stands.
#[derive(Debug)]
pub(super) struct Switch {
    state: AtomicU32,
    details: Mutex<SwitchDetails>,
    /// Whoever was on may be refused later.
    gate: Option<Gate>,
    session_prefix: String,
}

#[derive(Debug)]
struct SwitchDetails {
    decision: Decision,
    session: SessionId,
    /// What people had said when telemetry was refused; `None` while that is not known.
    refused: Option<StoredSignals>,
}

impl Switch {
    /// Of a new client. Without a gate it is off for good.
    pub(super) fn new(
        decision: Decision,
        session: SessionId,
        session_prefix: String,
        gate: Option<Gate>,
    ) -> Self {
        let phase = if decision.on {
            SwitchState::ON
        } else {
            SwitchState::OFF
        };
        Self {
            state: AtomicU32::new(SwitchState::new(phase, Epoch::FIRST).0),
            details: Mutex::new(SwitchDetails {
                decision,
                session,
                refused: None,
            }),
            gate,
            session_prefix,
        }
    }

    #[inline]
    pub(super) fn state(&self) -> SwitchState {
        // Only a hint: the queue compares epochs under its lock.
        SwitchState(self.state.load(Ordering::Relaxed))
    }

    pub(super) fn decision(&self) -> Decision {
        self.details().decision.clone()
    }

    pub(super) fn session(&self) -> SessionId {
        self.details().session.clone()
    }

    /// True when another process can refuse.
    pub(super) fn has_files(&self) -> bool {
        self.gate
            .as_ref()
            .is_some_and(|gate| !gate.files.is_empty())
    }

    /// The client is shut down.
    pub(super) fn end(&self) {
        let _details = self.details();
        let state = self.state();
        if state.is_on() {
            self.set(SwitchState::ENDED, state.epoch());
        }
    }

    /// The program's own refusal.
    pub(super) fn opt_out(&self, queue: &Queue) {
        let Some(gate) = &self.gate else { return };
        // First the end of it. Files may be slow to read, and until then nobody can agree.
        self.refuse(self.details(), queue, Decision::OPTED_OUT, None);
        let stored = gate.files.read();
        let mut details = self.details();
        if details.decision == Decision::OPTED_OUT {
            details.refused.get_or_insert(stored);
        }
    }

    /// Looks whether somebody refused in a file, and turns telemetry off if so. False when nothing
    /// has changed since `epoch`.
    pub(super) fn look(&self, queue: &Queue, epoch: Epoch) -> bool {
        let Some(gate) = &self.gate else { return false };
        let stored = gate.files.read();
        let Some(decision) = gate.refused_by(&stored) else {
            return false;
        };
        let details = self.details();
        if self.state().epoch() == epoch {
            self.refuse(details, queue, decision, Some(stored));
        }
        true
    }

    /// Reads the files again: a refusal turns telemetry off, a new agreement turns it on.
    pub(super) fn recheck(&self, queue: &Queue) -> Decision {
        if let Some(gate) = &self.gate {
            let state = self.state();
            let stored = gate.files.read();
            let details = self.details();
            // Whoever changed it meanwhile knows better.
            if self.state() == state {
                self.apply(details, queue, gate, stored);
            }
        }
        self.decision()
    }

    fn apply(
        &self,
        mut details: MutexGuard<'_, SwitchDetails>,
        queue: &Queue,
        gate: &Gate,
        stored: StoredSignals,
    ) {
        if let Some(decision) = gate.refused_by(&stored) {
            return self.refuse(details, queue, decision, Some(stored));
        }
        let agreed = |before: &StoredSignals| stored.agrees_since(before);
        if !details.refused.as_ref().is_some_and(agreed) || queue.shutdown().is_some() {
            return;
        }
        details.decision = gate.decide(|| stored);
        if details.decision.on {
            details.refused = None;
            details.session = SessionId::random().with_prefix(&self.session_prefix);
            // Nothing is held, and no heartbeat there.
            queue.begin_epoch(|epoch| self.set(SwitchState::ON, epoch));
        }
    }

    /// Everything held ends with its epoch, wherever it is: a spool is emptied here, too.
    fn refuse(
        &self,
        mut details: MutexGuard<'_, SwitchDetails>,
        queue: &Queue,
        decision: Decision,
        stored: Option<StoredSignals>,
    ) {
        details.decision = decision;
        details.refused = stored;
        if self.state().is_off() {
            return;
        }
        let timer = queue.begin_epoch(|epoch| self.set(SwitchState::OFF, epoch));
        drop(details);
        // Foreign code, and so not under a lock.
        let _ = catch_panic(|| drop(timer));
    }

    fn set(&self, phase: u32, epoch: Epoch) {
        let state = SwitchState::new(phase, epoch);
        self.state.store(state.0, Ordering::Relaxed);
    }

    fn details(&self) -> MutexGuard<'_, SwitchDetails> {
        self.details.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
