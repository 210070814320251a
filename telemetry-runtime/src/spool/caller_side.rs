//! The side of the callers: an event is stored at once or not at all.

use std::sync::atomic::Ordering;

use super::{
    NotStored, Span, Spool, Stored,
    header::Frame,
    ranges::Range,
    record::{HEAD_BYTES, Note},
    segment::{Appended, to_u64},
    state::{PauseReason, State},
};

impl Spool {
    /// Stores an event. The call does not wait for another thread. `frame` is called for the first event of
    /// a segment.
    ///
    /// # Errors
    ///
    /// The reason why the event is not stored, which is counted.
    pub(crate) fn append(
        &self,
        partition: &'static str,
        event: &[u8],
        frame: &dyn Fn() -> Frame,
    ) -> Result<Stored, NotStored> {
        let stored = self.try_append(partition, event, frame);
        let counter = match stored {
            Ok(_) => &self.counters.stored,
            Err(NotStored::Busy) => &self.counters.busy,
            Err(NotStored::Paused) => &self.counters.paused,
            Err(NotStored::TooLarge) => &self.counters.too_large,
        };
        counter.add(1);
        stored
    }

    fn try_append(
        &self,
        partition: &'static str,
        event: &[u8],
        frame: &dyn Fn() -> Frame,
    ) -> Result<Stored, NotStored> {
        if self.paused.load(Ordering::Relaxed) {
            return Err(NotStored::Paused);
        }
        let mut state = self.state_of_caller().ok_or(NotStored::Busy)?;
        if state.pause.is_some() {
            return Err(NotStored::Paused);
        }
        let began = self.time.now();
        let stored = state.append(self, partition, event, frame);
        let took = self.time.now().saturating_sub(began);
        match stored {
            Err(Stop::TooLarge) => return Err(NotStored::TooLarge),
            Err(Stop::Pause(reason)) => state.pause(self, reason),
            Ok(_) if took > self.limits.slow_write => state.pause(self, PauseReason::Slow),
            Ok(_) => {}
        }
        stored.map_err(|_| NotStored::Paused)
    }

    /// Removes an event that was stored but not accepted, for example because the client was shut down
    /// meanwhile. `reason` is the code for a note in the file.
    pub(crate) fn retract(&self, stored: Stored, reason: u8) {
        let appended = Appended {
            number: stored.number,
            before: stored.before,
        };
        let range = Range::of_one(stored.number);
        let span = Span {
            segment: stored.segment,
            range,
        };
        let Some(mut state) = self.state_of_caller() else {
            self.deferred().push((Note::Dropped(reason), span));
            return;
        };
        let open = state.find(stored.segment);
        let retracted = open.is_some_and(|open| open.segment.retract(appended, stored.after));
        if !retracted {
            state.resolve(self, Note::Dropped(reason), span);
        }
    }
}

enum Stop {
    TooLarge,
    Pause(PauseReason),
}

impl State {
    fn append(
        &mut self,
        spool: &Spool,
        partition: &'static str,
        event: &[u8],
        frame: &dyn Fn() -> Frame,
    ) -> Result<Stored, Stop> {
        let bytes = to_u64(event.len().saturating_add(HEAD_BYTES));
        if bytes > spool.limits.segment_bytes / 2 {
            return Err(Stop::TooLarge);
        }
        let now = spool.time.wall_ms();
        let number = self.segment_for(spool, partition, bytes, now, frame);
        let number = number.map_err(Stop::Pause)?;
        let mut buffer = std::mem::take(&mut self.buffer);
        let appended = self.find(number).map(|open| {
            let appended = open.segment.append_event(now, event, &mut buffer);
            (appended, open.segment.length)
        });
        self.buffer = buffer;
        match appended {
            Some((Ok(appended), after)) => Ok(Stored {
                segment: number,
                number: appended.number,
                before: appended.before,
                after,
            }),
            Some((Err(error), _)) => Err(Stop::Pause(PauseReason::Failed(error.kind()))),
            None => Err(Stop::Pause(PauseReason::Full)),
        }
    }

    /// The segment of a partition with space for this number of bytes, a new one if necessary.
    fn segment_for(
        &mut self,
        spool: &Spool,
        partition: &'static str,
        bytes: u64,
        now: u64,
        frame: &dyn Fn() -> Frame,
    ) -> Result<u32, PauseReason> {
        // Most calls pass the same constant.
        let is_current = |known: &'static str| std::ptr::eq(known, partition) || known == partition;
        let mut open = self.segments.iter_mut();
        if let Some(open) = open.find(|open| open.partition.is_some_and(is_current)) {
            if open.segment.length.saturating_add(bytes) <= spool.limits.segment_bytes {
                return Ok(open.number);
            }
            open.partition = None;
            // The mark is not needed to read the segment.
            let _ = open.segment.seal(now, &mut Vec::new());
        }
        self.create(spool, partition, frame())
    }
}
