//! Creates the files of segments.
//!
//! A file gets its name as a segment only when it is locked and its header is complete, so that another
//! process never finds one that is not.

use std::io::{self, ErrorKind};

use super::{
    Spool,
    content::Content,
    folder::{FileStatus, Folder, Lock, Missing},
    header::{Frame, Header},
    name::{self, Entry},
    ranges::Range,
    record::Note,
    segment::{Segment, to_u64, write_whole},
    state::{PauseReason, State},
};

/// The files of a spool at one moment.
#[derive(Debug)]
pub(super) struct Usage {
    pub(super) files: Vec<(Entry, FileStatus)>,
    pub(super) count: usize,
    pub(super) bytes: u64,
}

impl Usage {
    pub(super) fn of(folder: &dyn Folder) -> io::Result<Self> {
        let mut files = Vec::new();
        for name in folder.names()? {
            let Some(entry) = Entry::parse(&name) else {
                continue;
            };
            match folder.status(&name) {
                Ok(status) => files.push((entry, status)),
                // Removed by another process.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self::new(files))
    }

    pub(super) fn new(files: Vec<(Entry, FileStatus)>) -> Self {
        let lengths = files.iter().map(|(_, status)| status.length);
        Self {
            count: files.len(),
            bytes: lengths.fold(0, u64::saturating_add),
            files,
        }
    }

    /// True if there is space for one more segment.
    pub(super) fn has_space(&self, spool: &Spool) -> bool {
        let limits = &spool.limits;
        self.count < limits.files
            && self.bytes.saturating_add(limits.segment_bytes) <= limits.total_bytes
    }
}

impl State {
    /// Creates a segment for the events of a partition.
    pub(super) fn create(
        &mut self,
        spool: &Spool,
        partition: &'static str,
        frame: Frame,
    ) -> Result<u32, PauseReason> {
        if self.is_exhausted() {
            return Err(PauseReason::Full);
        }
        let failed = |error: io::Error| PauseReason::Failed(error.kind());
        let folder = self.open_folder(spool, Missing::Create).map_err(failed)?;
        if !Usage::of(folder).map_err(failed)?.has_space(spool) {
            return Err(PauseReason::Full);
        }
        let header = Header {
            id: spool.time.random().map_err(failed)?,
            created_ms: spool.time.wall_ms(),
            identity: spool.identity.clone(),
            frame,
        };
        let name = name::stem(header.created_ms, header.id) + ".seg";
        let segment = self.write_segment(spool, &header, &name, |_| Ok(()));
        Ok(self.add(Some(partition), segment.map_err(failed)?))
    }

    /// A new file with a header. `fill` appends to it before it gets its name.
    fn write_segment(
        &mut self,
        spool: &Spool,
        header: &Header,
        name: &str,
        fill: impl FnOnce(&mut Segment) -> io::Result<()>,
    ) -> io::Result<Segment> {
        let bytes = header.encode().ok_or(ErrorKind::InvalidInput)?;
        let temporary = name::stem(spool.time.wall_ms(), header.id) + ".tmp";
        let mut no_locks = false;
        let folder = self.folder(spool)?;
        let file = folder.create(&temporary)?;
        let complete = || {
            no_locks = match file.try_lock()? {
                Lock::Locked => false,
                Lock::Unsupported => true,
                Lock::Taken => return Err(ErrorKind::ResourceBusy.into()),
            };
            write_whole(&*file, 0, &bytes)?;
            let mut segment = Segment::new(file, name.to_owned(), header.id, to_u64(bytes.len()));
            fill(&mut segment)?;
            folder.rename(&temporary, name)?;
            Ok(segment)
        };
        let segment = complete();
        if segment.is_err() {
            let _ = folder.remove(&temporary);
        }
        self.no_locks |= no_locks;
        segment
    }

    /// Replaces the file of a segment by one that contains only what is not resolved. Other processes find
    /// either the old file or the new one.
    pub(super) fn rewrite(
        &mut self,
        spool: &Spool,
        segment: &mut Segment,
        content: &Content,
    ) -> io::Result<()> {
        let now = spool.time.wall_ms();
        let mut buffer = std::mem::take(&mut self.buffer);
        let header = Header {
            id: spool.time.random()?,
            ..content.header.clone()
        };
        let copy = self.write_segment(spool, &header, &segment.name, |copy| {
            for event in &content.events {
                let payload = content.payload(event);
                copy.append_numbered(event.number, event.time_ms, payload, &mut buffer)?;
                if content.ambiguous.contains(event.number) {
                    let range = Range::of_one(event.number);
                    copy.note(Note::Intent, range, now, &mut buffer)?;
                }
                if content.logged.contains(event.number) {
                    let range = Range::of_one(event.number);
                    copy.note(Note::Logged, range, now, &mut buffer)?;
                }
            }
            Ok(())
        });
        self.buffer = buffer;
        segment.continue_in(copy?);
        Ok(())
    }

    /// Writes and removes a small file.
    pub(super) fn probe(&mut self, spool: &Spool) -> io::Result<()> {
        let name = name::stem(spool.time.wall_ms(), spool.time.random()?) + ".tmp";
        let folder = self.open_folder(spool, Missing::Create)?;
        let file = folder.create(&name)?;
        let written = write_whole(&*file, 0, &[0; 4096]);
        let removed = folder.remove(&name);
        written.and(removed)
    }
}
