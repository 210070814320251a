//! The segments that this process owns, behind the lock of the spool.

use std::{
    collections::BTreeSet,
    io::{self, ErrorKind},
    time::Duration,
};

use super::{
    Span, Spool,
    folder::{Folder, Missing},
    name::Entry,
    record::Note,
    segment::{Segment, to_u64},
};

/// Maximum number of open segments of a client. A fork closes each of them in the child.
pub(super) const MAX_OPEN: usize = 48;

/// Why the spool is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PauseReason {
    Full,
    Slow,
    Failed(ErrorKind),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Pause {
    pub(super) reason: PauseReason,
    /// When the worker tries again.
    pub(super) until: Duration,
}

/// A segment and its number in this process.
pub(super) struct Open {
    pub(super) number: u32,
    /// The schema version whose events are appended to it.
    pub(super) partition: Option<&'static str>,
    pub(super) segment: Segment,
}

#[derive(Default)]
pub(super) struct State {
    /// `None` until it is needed, and after a fault.
    pub(super) folder: Option<Box<dyn Folder>>,
    pub(super) segments: Vec<Open>,
    pub(super) next_segment: u32,
    pub(super) pause: Option<Pause>,
    /// Consecutive slow writes.
    pub(super) slow: u32,
    /// The file system has no locks.
    pub(super) no_locks: bool,
    /// When the folder was last searched for old files.
    pub(super) swept: Option<Duration>,
    /// Files that may be adopted, the newest first. Found in one search of the folder.
    pub(super) candidates: Vec<Entry>,
    /// Segments with another recipient or consent.
    pub(super) skipped: BTreeSet<String>,
    /// Memory for one record.
    pub(super) buffer: Vec<u8>,
}

impl State {
    /// The folder, if it exists.
    pub(super) fn folder(&mut self, spool: &Spool) -> io::Result<&dyn Folder> {
        self.open_folder(spool, Missing::Leave)
    }

    pub(super) fn open_folder(
        &mut self,
        spool: &Spool,
        missing: Missing,
    ) -> io::Result<&dyn Folder> {
        let folder = match self.folder.take() {
            Some(folder) => folder,
            None => (spool.open_folder)(missing)?,
        };
        Ok(&**self.folder.insert(folder))
    }

    pub(super) fn find(&mut self, number: u32) -> Option<&mut Open> {
        let index = self
            .segments
            .binary_search_by_key(&number, |open| open.number);
        self.segments.get_mut(index.ok()?)
    }

    /// Adds a segment and returns its number.
    pub(super) fn add(&mut self, partition: Option<&'static str>, segment: Segment) -> u32 {
        let number = self.next_segment;
        // Numbers of segments are not reused: a process that creates 2^32 segments stores no more events.
        self.next_segment = number.saturating_add(1);
        self.segments.push(Open {
            number,
            partition,
            segment,
        });
        number
    }

    pub(super) fn is_exhausted(&self) -> bool {
        self.segments.len() >= MAX_OPEN || self.next_segment == u32::MAX
    }

    pub(super) fn owns(&self, name: &str) -> bool {
        self.segments.iter().any(|open| open.segment.name == name)
    }

    pub(super) fn pause(&mut self, spool: &Spool, reason: PauseReason) {
        let limits = &spool.limits;
        let after = match reason {
            PauseReason::Full => Duration::ZERO,
            PauseReason::Slow => {
                let doubled = 2_u32.saturating_pow(self.slow);
                limits.slow_pause.saturating_mul(doubled).min(limits.pause)
            }
            PauseReason::Failed(_) => limits.pause,
        };
        match reason {
            PauseReason::Full => {}
            PauseReason::Slow => {
                self.slow = self.slow.saturating_add(1);
                spool.counters.slow.add(1);
            }
            PauseReason::Failed(_) => {
                spool.counters.errors.add(1);
                // The folder may have been removed, or its file system mounted again.
                self.folder = None;
            }
        }
        let until = spool.time.now().saturating_add(after);
        self.pause = Some(Pause { reason, until });
        spool.set_paused(true);
    }

    pub(super) fn resume(&mut self, spool: &Spool) {
        self.pause = None;
        spool.set_paused(false);
    }

    /// Notes what became of events. A segment that is not known was lost or purged.
    pub(super) fn resolve(&mut self, spool: &Spool, note: Note, span: Span) {
        let now = spool.time.wall_ms();
        let mut buffer = std::mem::take(&mut self.buffer);
        let written = self.find(span.segment).map(|open| match note {
            // It is written already.
            Note::Intent => {
                open.segment.doubt(span.range);
                Ok(())
            }
            _ => (open.segment).resolve(note, span.range, now, &mut buffer),
        });
        self.buffer = buffer;
        if let Some(Err(error)) = written {
            self.pause(spool, PauseReason::Failed(error.kind()));
        }
    }

    /// Events that are stored and not resolved.
    pub(super) fn unresolved(&self) -> u64 {
        let segments = self.segments.iter();
        segments.map(|open| open.segment.unresolved.count()).sum()
    }

    /// Removes the files of segments that are not needed any more.
    pub(super) fn remove_finished(&mut self, spool: &Spool) {
        if !self.segments.iter().any(|open| open.segment.is_finished()) {
            return;
        }
        let mut segments = std::mem::take(&mut self.segments);
        if let Ok(folder) = self.folder(spool) {
            // A file that stays although it could not be removed is removed by another process, which finds
            // the notes in it.
            segments.retain(|open| {
                let segment = &open.segment;
                !segment.is_finished()
                    || (folder.remove(&segment.name).is_err() && segment.has_pending())
            });
        }
        self.segments = segments;
    }

    /// Bytes of the segments that this process has open.
    pub(super) fn bytes(&self) -> u64 {
        let lengths = self.segments.iter().map(|open| open.segment.length);
        lengths.fold(to_u64(0), u64::saturating_add)
    }
}
