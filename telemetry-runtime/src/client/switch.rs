//! The switch: whether telemetry is on, in which session, and how that changes while the program runs.
//!
//! The life of a client is divided into numbered *epochs*. Epoch 0 begins when the client is built.
//! Each opt-out and each new consent begins the next epoch. An event belongs to the epoch in which its
//! recording began, and the queue accepts only events of the current epoch. Example: a thread
//! begins to record in epoch 0, the user opts out (epoch 1) and consents again (epoch 2), and then
//! the thread reaches the queue. The queue refuses its event, because it was recorded before the
//! opt-out.
//!
//! Phase (on, off, ended) and epoch are one number, so that recording reads both by one atomic load.
//!
//! **Invariants.** Telemetry that is off turns on only when the product's files contain a new
//! consent of the user. Foreign code, such as the drop of a heartbeat, never runs under the lock.

use std::{
    sync::{PoisonError, atomic::Ordering},
    time::Duration,
};

use super::sessions::Sessions;
use crate::{
    decision::{Decision, DecisionSource, gate::Gate, stored::StoredSignals},
    delivery::{epoch::Epoch, queue::Queue},
    event::values::SessionId,
    util::{
        log::{Severity, log},
        sync::{AtomicU32, Mutex, MutexGuard},
    },
};

/// The longest time between two checks of the files while events are held or a timer runs.
pub(super) const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Whether the user's files allow a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Allowed,
    /// Telemetry is off now.
    Refused,
    /// The process lacks the resources to read them: events are held.
    Unknown,
}

/// Phase and epoch in one number: `epoch * 4 + phase`. Off in epoch 3 is 13.
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

    /// True if the client was shut down while telemetry was on.
    #[inline]
    pub(super) fn is_ended(self) -> bool {
        self.0 % Self::PHASES == Self::ENDED
    }

    pub(super) fn is_off(self) -> bool {
        self.0 % Self::PHASES == Self::OFF
    }

    pub(super) fn epoch(self) -> Epoch {
        Epoch::from_number(self.0 / Self::PHASES)
    }
}

/// The current state of a client, and the gate that changes it.
#[derive(Debug)]
pub(super) struct Switch {
    state: AtomicU32,
    details: Mutex<SwitchDetails>,
    /// Evaluates the files again; `None` for a client that was built off.
    gate: Option<Gate>,
    sessions: Sessions,
    /// The decision when the client was built.
    built: Decision,
}

#[derive(Debug)]
struct SwitchDetails {
    decision: Decision,
    /// The decision of the administrator's file, while telemetry is off already. The earlier refusal stays
    /// in effect after that file is removed.
    forbidden: Option<Decision>,
    session: SessionId,
    /// The stored signals at the last opt-out, to detect a later consent. `None` while telemetry is on,
    /// and while the files are being read.
    at_opt_out: Option<StoredSignals>,
    owner_dropped: bool,
    /// The owner was dropped before the first event, or an event was refused after its drop.
    owner_dropped_early: bool,
    /// The first event that was refused after the end of recording has been logged.
    refusal_logged: bool,
}

impl SwitchDetails {
    /// Replaces the decision to wait for the stored answer. Returns the new decision if it is off.
    #[cfg(feature = "consent")]
    fn settle(&mut self, gate: &Gate, stored: &StoredSignals) -> Option<Decision> {
        if self.decision != Decision::WAITS_FOR_ACCOUNT {
            return None;
        }
        let decision = gate.decide(|| stored.clone());
        if !decision.on {
            return Some(decision);
        }
        self.decision = decision;
        None
    }

    #[cfg(not(feature = "consent"))]
    #[expect(
        clippy::unused_self,
        reason = "the version with `consent` reads a field"
    )]
    fn settle(&mut self, _: &Gate, _: &StoredSignals) -> Option<Decision> {
        None
    }
}

impl Switch {
    /// The switch of a new client. Without a gate it stays off.
    pub(super) fn new(
        decision: Decision,
        session: SessionId,
        sessions: Sessions,
        gate: Option<Gate>,
    ) -> Self {
        let phase = if decision.on {
            SwitchState::ON
        } else {
            SwitchState::OFF
        };
        Self {
            state: AtomicU32::new(SwitchState::new(phase, Epoch::FIRST).0),
            built: decision.clone(),
            details: Mutex::new(SwitchDetails {
                decision,
                forbidden: None,
                session,
                at_opt_out: None,
                owner_dropped: false,
                owner_dropped_early: false,
                refusal_logged: false,
            }),
            gate,
            sessions,
        }
    }

    /// The switch of a child of `fork`: in the same phase, in a new session.
    ///
    /// If another thread held the lock at the fork, an opt-out stays in effect, but the signals for a
    /// later consent are unknown, so this child stays off.
    pub(super) fn for_child(&self) -> Self {
        let mut phase = self.state().0 % SwitchState::PHASES;
        let details = match self.details.try_lock() {
            Ok(details) => Some((details.decision.clone(), details.at_opt_out.clone())),
            Err(_) => None,
        };
        let (mut decision, at_opt_out) = details.unwrap_or_else(|| {
            let off = phase == SwitchState::OFF && self.built.on;
            let decision = if off {
                Decision::OPTED_OUT
            } else {
                self.built.clone()
            };
            (decision, None)
        });
        let session = self.sessions.begin();
        if session.is_none() && phase == SwitchState::ON {
            phase = SwitchState::OFF;
            decision = Decision::NO_RANDOM_BYTES;
        }
        Self {
            state: AtomicU32::new(SwitchState::new(phase, Epoch::FIRST).0),
            details: Mutex::new(SwitchDetails {
                decision,
                forbidden: None,
                session: session.unwrap_or_else(|| self.sessions.unknown()),
                at_opt_out,
                owner_dropped: false,
                owner_dropped_early: false,
                refusal_logged: false,
            }),
            gate: self.gate.clone(),
            sessions: self.sessions.clone(),
            built: self.built.clone(),
        }
    }

    /// True if the client was built on.
    pub(super) fn has_gate(&self) -> bool {
        self.gate.is_some()
    }

    #[inline]
    pub(super) fn state(&self) -> SwitchState {
        // Relaxed is enough: the queue compares epochs again under its lock.
        SwitchState(self.state.load(Ordering::Relaxed))
    }

    pub(super) fn decision(&self) -> Decision {
        let details = self.details();
        if details.owner_dropped_early && details.decision.on {
            return Decision::OWNER_DROPPED;
        }
        let forbidden = details.forbidden.as_ref();
        forbidden.unwrap_or(&details.decision).clone()
    }

    pub(super) fn session(&self) -> SessionId {
        self.details().session.clone()
    }

    /// True if there are files through which another process can opt out.
    pub(super) fn has_files(&self) -> bool {
        self.gate
            .as_ref()
            .is_some_and(|gate| !gate.files.is_empty())
    }

    /// Ends recording after a shutdown.
    pub(super) fn end(&self) {
        let _details = self.details();
        let state = self.state();
        if state.is_on() {
            self.set(SwitchState::ENDED, state.epoch());
        }
    }

    /// The owner of the client is being dropped. `unused`: no event was recorded before.
    pub(super) fn drop_owner(&self, unused: bool) {
        let mut details = self.details();
        details.owner_dropped = true;
        details.owner_dropped_early |= unused;
    }

    /// An event was refused after the end of recording. The first one is logged.
    pub(super) fn refused_after_end(&self) {
        let mut details = self.details();
        let logged = std::mem::replace(&mut details.refusal_logged, true);
        let owner_dropped = details.owner_dropped;
        details.owner_dropped_early |= owner_dropped;
        drop(details);
        let Some(gate) = self.gate.as_ref().filter(|_| !logged) else {
            return;
        };
        let (severity, reason) = match owner_dropped {
            true => (Severity::Warn, &*Decision::OWNER_DROPPED.sentence),
            false => (Severity::Debug, "off: the client was shut down"),
        };
        let line = format_args!("an event was refused: {reason}");
        log(severity, gate.product.name, line);
    }

    /// Turns telemetry off on behalf of the program.
    pub(super) fn opt_out(&self, queue: &Queue) {
        let Some(gate) = &self.gate else { return };
        // Telemetry turns off before the files are read, because reading may be slow. Until then
        // no consent counts.
        self.turn_off(self.details(), queue, Decision::OPTED_OUT, None);
        let stored = gate.files.read();
        let mut details = self.details();
        if details.decision == Decision::OPTED_OUT {
            details.at_opt_out.get_or_insert(stored);
        }
    }

    /// Reads the files and turns telemetry off if they opt out.
    pub(super) fn look(&self, queue: &Queue, epoch: Epoch) -> Look {
        let Some(gate) = &self.gate else {
            return Look::Allowed;
        };
        let stored = gate.files.read();
        let refusal = gate.refused_by(&stored);
        if refusal.is_some() && stored.is_unknown() {
            return Look::Unknown;
        }
        let mut details = self.details();
        let Some(decision) = refusal.or_else(|| details.settle(gate, &stored)) else {
            return Look::Allowed;
        };
        if self.state().epoch() == epoch {
            self.turn_off(details, queue, decision, Some(stored));
        }
        Look::Refused
    }

    /// Reads the files again: an opt-out turns telemetry off, a new consent turns it on.
    pub(super) fn recheck(&self, queue: &Queue) -> Decision {
        if let Some(gate) = &self.gate {
            let state = self.state();
            let stored = gate.files.read();
            let details = self.details();
            // A change that another thread made meanwhile is newer than these signals.
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
        if stored.is_unknown() {
            // The worker sends nothing until it can read the file.
            return;
        }
        let refusal = gate.refused_by(&stored);
        if let Some(decision) = refusal.or_else(|| details.settle(gate, &stored)) {
            return self.turn_off(details, queue, decision, Some(stored));
        }
        details.forbidden = None;
        let by_program = details.decision.source == DecisionSource::Program;
        // The administrator's file permits telemetry now, and the user's own signals decide again.
        let was_forbidden = details.decision.source == DecisionSource::AdministratorFile;
        let consented = |before: &StoredSignals| {
            (was_forbidden && !before.user_refuses()) || stored.agrees_since(before, by_program)
        };
        if !details.at_opt_out.as_ref().is_some_and(consented) || queue.shutdown().is_some() {
            return;
        }
        let decision = gate.decide(|| stored);
        details.decision = decision.clone();
        if decision.on {
            let Some(session) = self.sessions.begin() else {
                details.decision = Decision::NO_RANDOM_BYTES;
                return;
            };
            details.at_opt_out = None;
            details.session = session;
            let ended = queue.begin_epoch(|epoch| self.set(SwitchState::ON, epoch));
            drop(details);
            ended.forget();
            log(
                Severity::Debug,
                gate.product.name,
                format_args!("{decision}"),
            );
        }
    }

    /// Begins an epoch in which telemetry is off. The events that are held are dropped with the epoch
    /// that ends.
    fn turn_off(
        &self,
        mut details: MutexGuard<'_, SwitchDetails>,
        queue: &Queue,
        decision: Decision,
        stored: Option<StoredSignals>,
    ) {
        let is_off = self.state().is_off();
        if is_off && decision.source == DecisionSource::AdministratorFile {
            details.forbidden = Some(decision);
            return;
        }
        details.forbidden = None;
        details.decision = decision.clone();
        details.at_opt_out = stored;
        if is_off {
            return;
        }
        let ended = queue.begin_epoch(|epoch| self.set(SwitchState::OFF, epoch));
        drop(details);
        ended.forget();
        if let Some(gate) = &self.gate {
            log(
                Severity::Debug,
                gate.product.name,
                format_args!("{decision}"),
            );
        }
    }

    fn set(&self, phase: u32, epoch: Epoch) {
        let state = SwitchState::new(phase, epoch);
        self.state.store(state.0, Ordering::Relaxed);
    }

    fn details(&self) -> MutexGuard<'_, SwitchDetails> {
        self.details.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
