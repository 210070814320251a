//! A segment that this process owns: it has locked the file and appends records to it.
//!
//! **Invariants.** Each record is written in one call behind the last valid one. A write that fails leaves
//! the valid length unchanged, so the next record replaces what it wrote. A note that cannot be written is
//! kept and written later.

use std::io::{self, ErrorKind};

use super::{
    folder::{Folder, SegmentFile},
    ranges::{Range, Ranges},
    record::{self, Note, RANGE_RECORD_BYTES, Record},
};

/// Attempts of a write that a signal interrupts.
const INTERRUPTIONS: u32 = 3;

pub(super) struct Segment {
    file: Box<dyn SegmentFile>,
    pub(super) name: String,
    seed: u32,
    /// Length of the valid bytes.
    pub(super) length: u64,
    next_number: u64,
    /// The numbers of the events that were neither acknowledged nor dropped.
    pub(super) unresolved: Ranges,
    /// The numbers of the events that may have been sent by an earlier request.
    pub(super) in_doubt: Ranges,
    /// Notes that could not be written yet.
    pending: Vec<(Note, Range)>,
    /// No event may be added.
    pub(super) sealed: bool,
}

/// The last event of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Appended {
    pub(super) number: u64,
    /// Length of the segment before it.
    pub(super) before: u64,
}

impl Segment {
    /// A segment with a complete header, under the lock of `file`.
    pub(super) fn new(
        file: Box<dyn SegmentFile>,
        name: String,
        segment_id: u64,
        length: u64,
    ) -> Self {
        Self {
            file,
            name,
            seed: record::seed(segment_id),
            length,
            next_number: 0,
            unresolved: Ranges::default(),
            in_doubt: Ranges::default(),
            pending: Vec::new(),
            sealed: false,
        }
    }

    /// A segment of another process that this one has locked.
    pub(super) fn adopted(self, unresolved: Ranges, in_doubt: Ranges, next_number: u64) -> Self {
        Self {
            unresolved,
            in_doubt,
            next_number,
            sealed: true,
            ..self
        }
    }

    pub(super) fn append_event(
        &mut self,
        time_ms: u64,
        payload: &[u8],
        buffer: &mut Vec<u8>,
    ) -> io::Result<Appended> {
        let number = self.next_number;
        self.append_numbered(number, time_ms, payload, buffer)
    }

    /// Appends an event with a number that is higher than that of the last one.
    pub(super) fn append_numbered(
        &mut self,
        number: u64,
        time_ms: u64,
        payload: &[u8],
        buffer: &mut Vec<u8>,
    ) -> io::Result<Appended> {
        let before = self.length;
        let record = Record::Event {
            number,
            time_ms,
            payload,
        };
        self.append(&record, time_ms, buffer)?;
        self.next_number = number.saturating_add(1);
        self.unresolved.insert(Range::of_one(number));
        Ok(Appended { number, before })
    }

    /// Removes the last event, which was not accepted. False if it is not the last record, or if the file
    /// cannot be shortened.
    pub(super) fn retract(&mut self, appended: Appended, length_after: u64) -> bool {
        let is_last = self.length == length_after;
        let removed = is_last && self.file.set_length(appended.before).is_ok();
        if removed {
            self.length = appended.before;
            self.unresolved.remove(Range::of_one(appended.number));
        }
        removed
    }

    /// Writes a note about events.
    pub(super) fn note(
        &mut self,
        note: Note,
        range: Range,
        time_ms: u64,
        buffer: &mut Vec<u8>,
    ) -> io::Result<()> {
        self.write_pending(time_ms, buffer)?;
        self.append(&Record::Note(note, range), time_ms, buffer)
    }

    /// Notes that a request with these events was not answered. Its intent stays without a later note.
    pub(super) fn doubt(&mut self, range: Range) {
        self.in_doubt.insert(range);
    }

    /// Writes a note about events that were sent, not sent, dropped or logged, now or later.
    pub(super) fn resolve(
        &mut self,
        note: Note,
        range: Range,
        time_ms: u64,
        buffer: &mut Vec<u8>,
    ) -> io::Result<()> {
        if note == Note::Logged {
            return self.note_or_keep(note, range, time_ms, buffer);
        }
        if note != Note::NotSent {
            self.unresolved.remove(range);
            self.in_doubt.remove(range);
            return self.note_or_keep(note, range, time_ms, buffer);
        }
        let mut written = Ok(());
        for range in self.in_doubt.missing_of(range).iter() {
            written = written.and(self.note_or_keep(note, range, time_ms, buffer));
        }
        written
    }

    fn note_or_keep(
        &mut self,
        note: Note,
        range: Range,
        time_ms: u64,
        buffer: &mut Vec<u8>,
    ) -> io::Result<()> {
        let written = self.note(note, range, time_ms, buffer);
        if written.is_err() {
            match self.pending.last_mut() {
                Some((last, pending))
                    if *last == note && pending.last.checked_add(1) == Some(range.first) =>
                {
                    pending.last = range.last;
                }
                _ => self.pending.push((note, range)),
            }
        }
        written
    }

    /// Marks the segment as complete.
    pub(super) fn seal(&mut self, time_ms: u64, buffer: &mut Vec<u8>) -> io::Result<()> {
        self.sealed = true;
        self.append(&Record::Sealed, time_ms, buffer)
    }

    /// Writes the notes that could not be written before.
    pub(super) fn write_pending(&mut self, time_ms: u64, buffer: &mut Vec<u8>) -> io::Result<()> {
        while let Some((note, range)) = self.pending.first().copied() {
            self.append(&Record::Note(note, range), time_ms, buffer)?;
            self.pending.remove(0);
        }
        Ok(())
    }

    pub(super) fn has_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// True if nothing of it is needed any more.
    pub(super) fn is_finished(&self) -> bool {
        self.sealed && self.unresolved.is_empty()
    }

    /// True if the file was removed, replaced or shortened since it was opened.
    pub(super) fn is_lost(&self, folder: &dyn Folder) -> bool {
        let Ok(own) = self.file.status() else {
            return true;
        };
        own.links == 0
            || own.length < self.length
            || match folder.status(&self.name) {
                Ok(named) => named.file != own.file,
                Err(error) => error.kind() == ErrorKind::NotFound,
            }
    }

    /// Goes on in another file with the same unresolved events.
    pub(super) fn continue_in(&mut self, copy: Self) {
        let Self {
            file, seed, length, ..
        } = copy;
        // The old file is closed after the new one has its name.
        (self.file, self.seed, self.length) = (file, seed, length);
    }

    /// The content of the file.
    pub(super) fn read(&self) -> io::Result<Vec<u8>> {
        self.file.read(self.length)
    }

    /// The length with one more record for a range.
    pub(super) fn length_with_note(&self) -> u64 {
        let pending = self.pending.len().saturating_add(1);
        let bytes = pending.saturating_mul(RANGE_RECORD_BYTES);
        self.length
            .saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX))
    }

    fn append(
        &mut self,
        record: &Record<'_>,
        time_ms: u64,
        buffer: &mut Vec<u8>,
    ) -> io::Result<()> {
        buffer.clear();
        if !record.encode(self.seed, time_ms, buffer) {
            return Err(ErrorKind::OutOfMemory.into());
        }
        write_whole(&*self.file, self.length, buffer)?;
        self.length = self.length.saturating_add(to_u64(buffer.len()));
        Ok(())
    }
}

/// Writes all bytes in one call. A shorter write is an error, because the rest had no space.
pub(super) fn write_whole(file: &dyn SegmentFile, offset: u64, bytes: &[u8]) -> io::Result<()> {
    let mut interruptions = 0;
    loop {
        match file.write_at(offset, bytes) {
            Ok(written) if written == bytes.len() => return Ok(()),
            Ok(_) => return Err(ErrorKind::StorageFull.into()),
            Err(error)
                if error.kind() == ErrorKind::Interrupted && interruptions < INTERRUPTIONS =>
            {
                interruptions += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

pub(super) fn to_u64(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
