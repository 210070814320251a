//! The intent to send stored events, which their files have before the last byte of the request leaves.
//!
//! Until then a request is certainly not received, so a process that ends while it connects leaves no event
//! of which it is not known whether it was sent.

use std::{
    panic::{RefUnwindSafe, UnwindSafe},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{
    spool::{Span, Spool, worker_side::NoIntent},
    transport::permit::{Permit, SharedPermit},
};

/// The state of an intent, in one number. Other numbers are the segment that was lost.
const NOT_ASKED: u64 = u64::MAX;
const NOTED: u64 = u64::MAX - 1;
const BUSY: u64 = u64::MAX - 2;

/// The intent for one request.
pub(super) struct Intent {
    spool: Arc<Spool>,
    spans: Vec<Span>,
    state: AtomicU64,
}

/// The result of an intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IntentState {
    /// The request did not come to its last byte.
    NotAsked,
    /// It is in the files.
    Noted,
    /// The disk is slow or failed: the request was withdrawn.
    Busy,
    /// The file of this segment was removed or taken over: the request was withdrawn.
    Lost(u32),
}

impl Intent {
    pub(super) fn new(spool: Arc<Spool>, spans: Vec<Span>) -> Arc<Self> {
        Arc::new(Self {
            spool,
            spans,
            state: AtomicU64::new(NOT_ASKED),
        })
    }

    pub(super) fn permit(self: &Arc<Self>) -> SharedPermit {
        Arc::clone(self) as SharedPermit
    }

    pub(super) fn state(&self) -> IntentState {
        match self.state.load(Ordering::Relaxed) {
            NOT_ASKED => IntentState::NotAsked,
            NOTED => IntentState::Noted,
            BUSY => IntentState::Busy,
            segment => u32::try_from(segment).map_or(IntentState::Busy, IntentState::Lost),
        }
    }
}

// A panic cannot leave it half updated: its state is one number.
impl UnwindSafe for Intent {}
impl RefUnwindSafe for Intent {}

impl Permit for Intent {
    fn permits(&self) -> bool {
        let noted = self.spool.intend(&self.spans);
        let state = match noted {
            Ok(()) => NOTED,
            Err(NoIntent::Busy) => BUSY,
            Err(NoIntent::Taken(segment)) => segment.into(),
        };
        self.state.store(state, Ordering::Relaxed);
        noted.is_ok()
    }
}

impl std::fmt::Debug for Intent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Intent").field(&self.state()).finish()
    }
}
