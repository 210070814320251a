//! Adoption: the worker sends the events that ended processes have stored.
//!
//! It takes over one segment at a time, and loads as many of its events as a quarter of the queue's memory
//! holds. When none of them is held any more, it loads the next ones, or takes over the next segment.
//!
//! **Invariants.** The user's files are read before each search. Adopted events keep their bytes and their
//! envelope: session, version and times are those of the process that recorded them. An event is written to
//! the audit log before it is sent, unless its process has noted that it did so.

use std::time::Duration;

use super::Worker;
use crate::{
    client::{shared::Shared, switch::LOOK_EVERY},
    delivery::{
        core::{
            batch::Batch,
            key::PartitionKey,
            loaded::Loaded,
            place::{Fate, Note, Place},
        },
        health::DropReason,
        mono_time::MonoTime,
    },
    product::policy::{OnAmbiguous, Policy},
    spool::{Spool, adopt::Held, worker_side::ReadBack},
    wire::rendering::Frame,
};

/// The longest pause before the first search, so that processes that start together do not send together.
const LONGEST_DELAY: Duration = Duration::from_secs(2);

/// The pause after a search that found nothing.
const SEARCH_EVERY: Duration = Duration::from_secs(60);

/// The pause after a fault of the disk.
pub(super) const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The part of the queue's memory that adopted events may take.
const MEMORY_DIVISOR: usize = 4;

/// A policy with a shorter age limit also limits the age of stored events.
const DAY: Duration = Duration::from_secs(24 * 3600);

#[derive(Default)]
pub(super) struct Adoption {
    /// When the worker loads events or searches for them.
    next: MonoTime,
    /// The segment whose events it sends.
    current: Option<Current>,
    /// After a fault: when events of this client are read from the disk again.
    pub(super) read_back_after: Option<MonoTime>,
}

struct Current {
    segment: u32,
    frame: Frame,
}

impl Adoption {
    /// The envelope of adopted events; `None` for events of this client.
    pub(super) fn frame(&self, key: PartitionKey) -> Option<&Frame> {
        let current = self.current.as_ref()?;
        (PartitionKey::adopted(current.segment) == key).then_some(&current.frame)
    }
}

/// The events of a segment, sorted by what becomes of them.
struct Sorted {
    batches: Vec<Batch>,
    /// How long they may be held.
    max_age: Duration,
    ambiguous: Vec<Place>,
    expired: Vec<Place>,
}

impl Worker {
    /// Maintains the spool before a request, and when it asks for it.
    pub(super) fn maintain(&self, shared: &Shared, now: MonoTime) {
        let Some(spool) = &shared.spool else { return };
        let spool_due = spool.due().map(MonoTime::from_start);
        let due = [self.parts.core.due(), spool_due];
        if due.into_iter().flatten().any(|due| due <= now) {
            spool.maintain();
        }
    }

    /// Sets the time of the first search.
    pub(super) fn begin_adoption(&mut self, shared: &Shared) {
        let random = if self.parts.adopts_at_once {
            0.0
        } else {
            shared.queue.clock.jitter(&mut fastrand::Rng::new())
        };
        let delay = LONGEST_DELAY.mul_f64(random);
        self.adoption.next = shared.queue.clock.now().saturating_add(delay);
    }

    /// When the worker loads events or searches for them; `None` while it must not.
    pub(super) fn adoption_due(&self, shared: &Shared) -> Option<MonoTime> {
        if shared.spool.is_none() || self.shutdown.is_some() {
            return None;
        }
        let core = &self.parts.core;
        let (bytes, _) = shared.queue.bounds();
        let has_room = !core.holds_adopted() && core.memory() <= bytes / 2;
        let may = has_room && shared.switch.state().is_on();
        may.then_some(self.adoption.next)
    }

    /// Loads the next events of ended processes. The user's files have just been read.
    pub(super) fn adopt(&mut self, shared: &Shared, now: MonoTime) {
        let Some(spool) = &shared.spool else { return };
        if self.unchecked {
            self.adoption.next = now.saturating_add(LOOK_EVERY);
            return;
        }
        if shared.queue.free_memory() == 0 {
            self.adoption.next = now.saturating_add(RETRY_AFTER);
            return;
        }
        let Some(held) = self.next_segment(shared, spool, now) else {
            return;
        };
        let key = PartitionKey::adopted(held.segment);
        let sorted = self.sort(shared, spool, &held, now);
        for (reason, places) in [
            (DropReason::Ambiguous, sorted.ambiguous),
            (DropReason::Expired, sorted.expired),
        ] {
            self.parts.core.drop_adopted(reason, places.len() as u64);
            if !places.is_empty() {
                let fate = Fate::Dropped(reason);
                shared.resolve(vec![Note { places, fate }]);
            }
        }
        if sorted.batches.is_empty() {
            // The next step takes over another segment.
            self.adoption.current = None;
        } else {
            let core = &mut self.parts.core;
            core.adopt(key, sorted.batches, sorted.max_age);
        }
    }

    /// The events of the current segment, or of the next one.
    fn next_segment(&mut self, shared: &Shared, spool: &Spool, now: MonoTime) -> Option<Held> {
        let adoption = &mut self.adoption;
        if let Some(Current { segment, .. }) = adoption.current {
            match spool.read_back(segment) {
                ReadBack::Held(held) => return Some(*held),
                ReadBack::Busy => {
                    adoption.next = now.saturating_add(RETRY_AFTER);
                    return None;
                }
                ReadBack::Unknown => adoption.current = None,
            }
        }
        let found = spool.adopt();
        match &found {
            Some(held) => {
                let frame = held.frame().clone();
                adoption.current = Some(Current {
                    segment: held.segment,
                    frame: shared
                        .rendering
                        .frame_from_parts(frame.before_sent, frame.after_sent),
                });
            }
            None => {
                adoption.next = now.saturating_add(SEARCH_EVERY);
                shared.queue.adoption_ended();
            }
        }
        found
    }

    fn sort(&self, shared: &Shared, spool: &Spool, held: &Held, now: MonoTime) -> Sorted {
        let policy = self.parts.core.policy();
        let limit = max_age(policy, spool);
        let wall = spool.trusted_ms();
        let (bytes, limits) = shared.queue.bounds();
        let key = PartitionKey::adopted(held.segment);
        let most = shared.queue.free_memory().min(bytes / MEMORY_DIVISOR);
        let mut loaded = Loaded::new(key, now, limits, most);
        let (mut ambiguous, mut expired) = (Vec::new(), Vec::new());
        #[cfg(feature = "audit")]
        let mut lines = self.parts.audit.as_deref().map(|log| {
            let lines = log.batch(shared.rendering, shared.audit_format, None);
            (lines, Vec::new())
        });
        #[cfg(feature = "audit")]
        let version = held.frame().text(shared.rendering.schema_version_key());
        let mut oldest = Duration::ZERO;
        for event in held.events() {
            // A number that is too large cannot come from a client.
            let Some(place) = Place::new(held.segment, event.number) else {
                break;
            };
            let age = Duration::from_millis(wall.saturating_sub(event.time_ms));
            if age > limit {
                expired.push(place);
            } else if event.ambiguous && policy.ambiguous == OnAmbiguous::AtMostOnce {
                ambiguous.push(place);
            } else if loaded.push(event.bytes, place) {
                oldest = oldest.max(age);
                #[cfg(feature = "audit")]
                if let (Some((lines, logged)), false) = (&mut lines, event.logged) {
                    lines.push(event.bytes, version.unwrap_or_default());
                    logged.push(place);
                }
            } else {
                break;
            }
        }
        #[cfg(feature = "audit")]
        if let Some((mut lines, logged)) = lines {
            lines.write();
            shared.logged(logged);
        }
        Sorted {
            batches: loaded.into_batches(),
            max_age: limit.saturating_sub(oldest),
            ambiguous,
            expired,
        }
    }

    /// The shutdown begins: what is not sent stays in its file.
    pub(super) fn end_adoption(&mut self) {
        self.parts.core.release_adopted();
        self.adoption.current = None;
    }

    /// The epoch has ended: the core holds no event, and the files are purged.
    pub(super) fn forget_adopted(&mut self) {
        self.adoption.current = None;
    }
}

/// How old a stored event may be when it is sent: as old as the files may be, or the limit of the policy if
/// the program sets one of less than a day.
fn max_age(policy: &Policy, spool: &Spool) -> Duration {
    match policy.max_age < DAY {
        true => policy.max_age,
        false => spool.age(),
    }
}
