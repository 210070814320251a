//! The side of the worker: notes what becomes of events, and returns to the disk after a fault.

use std::time::Duration;

use super::{
    Span, Spool,
    adopt::Held,
    content::Content,
    create::Usage,
    record::Note,
    state::{Open, Pause, PauseReason, State},
};

/// Time between two searches for old files.
const SWEEP_EVERY: Duration = Duration::from_secs(600);

/// The result of a request for its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resolution {
    Delivered,
    /// They are sent again later.
    NotSent,
    /// They may have been sent, and are sent again later.
    Unanswered,
    /// They were dropped, for the reason with this code.
    Dropped(u8),
    /// They are in the audit log, and are not resolved.
    #[cfg_attr(not(feature = "audit"), allow(dead_code))]
    Logged,
}

/// Why events must not be sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoIntent {
    /// The disk is slow or failed: the events are sent later.
    Busy,
    /// Another process took the segment with this number, and sends its events.
    Taken(u32),
}

/// The events of a segment of this process.
#[derive(Debug)]
pub(crate) enum ReadBack {
    /// Those that are not resolved.
    Held(Box<Held>),
    /// The disk is slow or failed: they can be read later.
    Busy,
    /// The segment is not known: all its events are resolved, or its file was removed.
    Unknown,
}

impl Spool {
    /// Notes that events are about to be sent. Spans of segments that are not known have no effect.
    ///
    /// # Errors
    ///
    /// [`NoIntent`], and then nothing is noted.
    pub(crate) fn intend(&self, spans: &[Span]) -> Result<(), NoIntent> {
        let mut state = self.state_of_worker().ok_or(NoIntent::Busy)?;
        for (index, span) in spans.iter().enumerate() {
            if let Err(why) = state.intend(self, *span) {
                let noted = spans.get(..index).unwrap_or_default();
                for span in noted {
                    state.resolve(self, Note::NotSent, *span);
                }
                return Err(why);
            }
        }
        Ok(())
    }

    /// Notes what became of events. If the disk does not allow it now, the note is written later.
    pub(crate) fn resolve(&self, spans: &[Span], resolution: Resolution) {
        let note = match resolution {
            Resolution::Delivered => Note::Acknowledged,
            Resolution::NotSent => Note::NotSent,
            // The intent says so.
            Resolution::Unanswered => Note::Intent,
            Resolution::Dropped(reason) => Note::Dropped(reason),
            Resolution::Logged => Note::Logged,
        };
        let Some(mut state) = self.state_of_worker() else {
            let notes = spans.iter().map(|span| (note, *span));
            self.deferred().extend(notes);
            return;
        };
        for span in spans {
            state.resolve(self, note, *span);
        }
        state.remove_finished(self);
    }

    /// Removes what is not needed, and ends a pause if the disk works again. Call it before each request, and
    /// when [`due`](Self::due) says so.
    pub(crate) fn maintain(&self) {
        let Some(mut state) = self.state_of_worker() else {
            return;
        };
        state.forget_lost(self);
        state.write_pending(self);
        state.remove_finished(self);
        let now = self.time.now();
        let is_full = |pause: Pause| pause.reason == PauseReason::Full && pause.until <= now;
        let long_ago = |swept: Duration| now.saturating_sub(swept) >= SWEEP_EVERY;
        if state.pause.is_some_and(is_full) || state.swept.is_none_or(long_ago) {
            state.swept = Some(now);
            state.sweep(self);
        }
        state.try_resume(self);
    }

    /// When [`maintain`](Self::maintain) must be called without other work, in the time of the clock; `None`
    /// if it need not be.
    pub(crate) fn due(&self) -> Option<Duration> {
        let state = self.try_state()?;
        state.pause.map(|pause| pause.until)
    }

    /// The events of a segment that are not resolved. Those of an unanswered request are ambiguous.
    pub(crate) fn read_back(&self, segment: u32) -> ReadBack {
        let Some(mut state) = self.state_of_worker() else {
            return ReadBack::Busy;
        };
        let Some(open) = state.find(segment) else {
            return ReadBack::Unknown;
        };
        let content = open.segment.read().map(Content::read);
        let Ok(Ok(mut content)) = content else {
            return ReadBack::Busy;
        };
        // A note that could not be written yet is not in the file.
        let unresolved = &open.segment.unresolved;
        content
            .events
            .retain(|event| unresolved.contains(event.number));
        content.ambiguous = open.segment.in_doubt.clone();
        ReadBack::Held(Box::new(Held::new(segment, content)))
    }

    /// Ends the spool of this process. Segments without undelivered events are removed, the others can be
    /// adopted by any process.
    pub(crate) fn close(&self) {
        let Some(mut state) = self.state_of_worker() else {
            return;
        };
        let now = self.time.wall_ms();
        let mut buffer = Vec::new();
        for open in &mut state.segments {
            open.partition = None;
            let segment = &mut open.segment;
            if segment.unresolved.is_empty() {
                segment.sealed = true;
            } else if !segment.sealed {
                // The mark is not needed to read the segment.
                let _ = segment.seal(now, &mut buffer);
            }
        }
        state.write_pending(self);
        state.remove_finished(self);
        state.segments.clear();
    }

    /// Forgets all segments of this process without a note: they were purged.
    pub(crate) fn forget(&self) {
        if let Some(mut state) = self.state_of_worker() {
            state.segments.clear();
        }
    }

    /// Events of this process that are stored, and bytes of their segments.
    pub(crate) fn held(&self) -> (u64, u64) {
        let state = self.state_of_worker();
        state.map_or((0, 0), |state| (state.unresolved(), state.bytes()))
    }
}

impl State {
    fn intend(&mut self, spool: &Spool, span: Span) -> Result<(), NoIntent> {
        let now = spool.time.wall_ms();
        let no_locks = self.no_locks;
        let Some(index) = self
            .segments
            .iter()
            .position(|it| it.number == span.segment)
        else {
            return Ok(());
        };
        if no_locks {
            self.take_out(index, |state, open| {
                let folder = state.folder(spool).map_err(|_| NoIntent::Busy)?;
                let lost = open.segment.is_lost(folder);
                if lost {
                    Err(NoIntent::Taken(span.segment))
                } else {
                    Ok(())
                }
            })?;
        }
        let is_long = |open: &Open| {
            open.segment.length_with_note() > spool.limits.segment_bytes.saturating_mul(2)
        };
        if self.segments.get(index).is_some_and(is_long) {
            self.take_out(index, |state, open| {
                let bytes = open.segment.read().map_err(|_| NoIntent::Busy)?;
                let content = Content::read(bytes).map_err(|_| NoIntent::Busy)?;
                let rewritten = state.rewrite(spool, &mut open.segment, &content);
                rewritten.map_err(|_| NoIntent::Busy)
            })?;
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        let written = self.segments.get_mut(index).map(|open| {
            open.segment
                .note(Note::Intent, span.range, now, &mut buffer)
        });
        self.buffer = buffer;
        match written {
            Some(Err(error)) => {
                self.pause(spool, PauseReason::Failed(error.kind()));
                Err(NoIntent::Busy)
            }
            _ => Ok(()),
        }
    }

    /// Calls `with` for a segment that is not part of the state meanwhile.
    fn take_out<R>(
        &mut self,
        index: usize,
        with: impl FnOnce(&mut Self, &mut Open) -> Result<R, NoIntent>,
    ) -> Result<R, NoIntent> {
        let mut open = self.segments.remove(index);
        let result = with(self, &mut open);
        self.segments.insert(index, open);
        result
    }

    /// Forgets the segments whose files were removed, replaced or shortened: by a purge, by the user, or by
    /// another process if the file system has no locks.
    fn forget_lost(&mut self, spool: &Spool) {
        let mut segments = std::mem::take(&mut self.segments);
        if let Ok(folder) = self.folder(spool) {
            segments.retain(|open| {
                let lost = open.segment.is_lost(folder);
                spool.counters.lost.add(u64::from(lost));
                !lost
            });
        }
        self.segments = segments;
    }

    fn write_pending(&mut self, spool: &Spool) {
        let now = spool.time.wall_ms();
        let mut buffer = std::mem::take(&mut self.buffer);
        for open in &mut self.segments {
            // They stay until the disk works again.
            let _ = open.segment.write_pending(now, &mut buffer);
        }
        self.buffer = buffer;
    }

    fn try_resume(&mut self, spool: &Spool) {
        let now = spool.time.now();
        let Some(Pause { reason, .. }) = self.pause.filter(|pause| pause.until <= now) else {
            return;
        };
        if reason == PauseReason::Full {
            let usage = self.folder(spool).and_then(Usage::of);
            if usage.is_ok_and(|usage| usage.has_space(spool)) && !self.is_exhausted() {
                self.resume(spool);
            } else if let Some(pause) = &mut self.pause {
                pause.until = now.saturating_add(spool.limits.pause);
            }
            return;
        }
        let probed = self.probe(spool);
        let took = spool.time.now().saturating_sub(now);
        match probed {
            Err(error) => self.pause(spool, PauseReason::Failed(error.kind())),
            Ok(()) if took > spool.limits.slow_write => self.pause(spool, PauseReason::Slow),
            Ok(()) => {
                self.slow = 0;
                self.resume(spool);
            }
        }
    }
}
