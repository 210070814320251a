//! The heartbeats of a client, and how a child of `fork` starts them again.
//!
//! The event and the function that run on the worker change all the time, so a child cannot use the
//! copies that it inherits. Each heartbeat therefore keeps an [`Original`], which nothing changes after
//! the start. The child's worker clones it.
//!
//! **Invariants.** A child never waits for the lock of an inherited list. If another thread held it at the
//! fork, because it was just starting or ending a heartbeat, the child starts none. Originals are cloned
//! and dropped outside of the lock, because they are foreign.

use std::{
    fmt,
    sync::{Arc, PoisonError},
    time::{Duration, SystemTime},
};

use super::{
    clock::Clock,
    timer::{RecordSink, Task, Timer},
};
use crate::{
    event::{descriptor::EventDescriptor, values::SessionId},
    util::sync::{Mutex, MutexGuard},
    wire::json::writer::Encode,
};

/// Heartbeats that run at the same time in one client.
const MOST_HEARTBEATS: usize = 16;

/// Facts for a heartbeat's update function.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct HeartbeatContext {
    /// The current time, which is also the event's `ts`.
    pub at: SystemTime,
    /// The id of the current session.
    pub session_id: SessionId,
}

/// A heartbeat as the program started it.
pub(crate) trait Original: Send {
    fn descriptor(&self) -> &'static EventDescriptor;

    /// Clones the event and the function into a timer. Both are foreign code, which may panic.
    fn start(&self, clock: &Clock) -> Timer;
}

pub(crate) struct Heartbeat<E, F> {
    pub(crate) interval: Duration,
    pub(crate) event: E,
    pub(crate) update: F,
}

impl<E, F> Original for Heartbeat<E, F>
where
    E: Encode + Clone + Send + 'static,
    F: FnMut(&mut E, &HeartbeatContext) + Clone + Send + 'static,
{
    fn descriptor(&self) -> &'static EventDescriptor {
        self.event.head().descriptor
    }

    fn start(&self, clock: &Clock) -> Timer {
        let (mut event, mut update) = (self.event.clone(), self.update.clone());
        let beat = move |sink: &dyn RecordSink, epoch, at| {
            let session_id = sink.session();
            update(&mut event, &HeartbeatContext { at, session_id });
            sink.record(epoch, &event, at);
        };
        Timer::new(self.interval, Task::Heartbeat(Box::new(beat)), clock)
    }
}

/// The originals of the heartbeats of one process and epoch.
#[derive(Default)]
pub(crate) struct Heartbeats {
    list: Mutex<List>,
}

#[derive(Default)]
pub(crate) struct List {
    pub(crate) originals: Vec<Box<dyn Original>>,
    /// In a child, until its worker starts: the heartbeats of the parent.
    inherited: Option<Arc<Heartbeats>>,
}

impl List {
    /// True if a heartbeat of this event may start.
    pub(crate) fn has_room_for(&self, event: &EventDescriptor) -> bool {
        let mut running = self.originals.iter().map(|original| original.descriptor());
        self.originals.len() < MOST_HEARTBEATS && !running.any(|other| other.is_same(event))
    }

    /// Ends all heartbeats, also those that a child has not started yet.
    pub(crate) fn end(&mut self) -> Vec<Box<dyn Original>> {
        self.inherited = None;
        std::mem::take(&mut self.originals)
    }
}

impl Heartbeats {
    /// The list of a child of the process to which `inherited` belongs.
    pub(crate) fn of_child(inherited: Arc<Self>) -> Self {
        Self {
            list: Mutex::new(List {
                originals: Vec::new(),
                inherited: Some(inherited),
            }),
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the originals of the parent. Only the worker of the child calls this.
    pub(crate) fn take_inherited(&self) -> Vec<Box<dyn Original>> {
        let inherited = self.lock().inherited.take();
        let mut originals = Vec::new();
        let mut next = inherited;
        // A parent whose own worker never started still refers to the heartbeats of its parent.
        while let Some(list) = next {
            next = list.list.try_lock().ok().and_then(|mut list| {
                originals.append(&mut list.originals);
                list.inherited.take()
            });
        }
        originals
    }
}

impl fmt::Debug for Heartbeats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Heartbeats").finish_non_exhaustive()
    }
}
