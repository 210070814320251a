//! What the queue's lock protects: plain data and the rules for changing it, no waiting.

use std::time::Instant;

use super::{Bounds, Orders};
use crate::{
    client::{
        arena::Arena,
        batch::Tick,
        health::{Arrivals, DropReason, NotRecorded, Settled},
        lane::Context,
    },
    transport::Failure,
};

/// The worker thread as the queue knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Thread {
    /// Not started: nothing was recorded yet.
    #[default]
    None,
    Running,
    /// The system refused a thread; the next flush asks again.
    Refused,
    /// Ended for good.
    Ended,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) arena: Arena,
    /// When the worker first saw the arena not empty.
    pub(super) arena_since: Option<Tick>,
    pub(super) worker_events: u64,
    pub(super) worker_bytes: usize,
    pub(super) arrivals: Arrivals,
    pub(super) settled: Settled,
    pub(super) last_failure: Option<Failure>,
    pub(super) last_status: Option<u16>,
    pub(super) thread: Thread,
    /// Until when the worker may go on sending; nothing is accepted any more.
    pub(super) shutdown: Option<Instant>,
    /// Flushes are numbered: asked for, begun and done up to which one.
    pub(super) asked: u64,
    pub(super) begun: u64,
    pub(super) done: u64,
    pub(super) missed: bool,
}

/// How full the arena is, as far as the worker cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Empty,
    Started,
    Marked,
}

impl State {
    pub(super) fn accept(
        &mut self,
        bounds: &Bounds,
        context: Context,
        event: &[u8],
        coerced: u32,
    ) -> Result<(), NotRecorded> {
        let held = self.arena.byte_len() + self.worker_bytes;
        let refused = if self.shutdown.is_some() {
            Some(NotRecorded::ShutDown)
        } else if held + event.len() > bounds.bytes || !self.arena.push(context, event) {
            Some(NotRecorded::QueueFull)
        } else {
            None
        };
        if let Some(reason) = refused {
            self.arrivals.refuse(reason);
            return Err(reason);
        }
        self.arrivals.accepted += 1;
        self.arrivals.coerced += u64::from(coerced);
        Ok(())
    }

    pub(super) fn level(&self, bounds: &Bounds) -> Level {
        match self.arena.len() {
            0 => Level::Empty,
            events if events >= bounds.mark_events => Level::Marked,
            _ if self.arena.byte_len() >= bounds.mark_bytes => Level::Marked,
            _ => Level::Started,
        }
    }

    pub(super) fn held(&self) -> u64 {
        self.arena.len() as u64 + self.worker_events
    }

    pub(super) fn claim_thread(&mut self, from: Thread) -> bool {
        let claimed = self.thread == from && !self.arena.is_empty();
        if claimed {
            self.thread = Thread::Running;
        }
        claimed
    }

    pub(super) fn hand_over(
        &mut self,
        drain: bool,
        begin_round: bool,
        now: Tick,
        taken: &mut Arena,
    ) -> Orders {
        let since = self.arena_since.unwrap_or(now);
        if drain {
            self.worker_events += self.arena.len() as u64;
            self.worker_bytes += self.arena.byte_len();
            std::mem::swap(&mut self.arena, taken);
            self.arena_since = None;
        }
        if begin_round {
            self.begun = self.asked;
        }
        Orders {
            since,
            begin_round,
            shutdown: self.shutdown,
        }
    }

    /// What nobody will send any more is dropped and counted.
    pub(super) fn end(&mut self, missed: bool) {
        let lost = self.held();
        self.settled.drop_events(DropReason::Shutdown, lost);
        self.arena = Arena::default();
        self.worker_events = 0;
        self.worker_bytes = 0;
        self.thread = Thread::Ended;
        self.missed = missed || lost > 0;
    }
}
