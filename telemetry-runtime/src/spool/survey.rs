//! Lists what a spool holds, for users. It locks and changes nothing.
//!
//! **Invariants.** An event is listed only with the bytes that were written. A file or a part of one that
//! cannot be read is named with the reason.

use std::io::{self, ErrorKind};

use super::{
    Limits, Spool,
    content::Content,
    content::HeldEvent,
    create::Usage,
    folder::Folder,
    header::HeaderError,
    name::{Entry, Kind},
    segment::to_u64,
    state::PauseReason,
};

/// Maximum length of a file that is read. A segment and all notes about its events have less.
pub(crate) const MAX_FILE_BYTES: u64 = 3 * Limits::DEFAULT.segment_bytes;

/// Number of times that a damaged file is read: a record that its owner writes at the moment looks damaged.
const READS: usize = 3;

/// A file of a spool.
#[derive(Debug)]
pub(crate) struct Surveyed {
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) found: Found,
}

/// The content of a file.
#[derive(Debug)]
pub(crate) enum Found {
    Segment(SurveyedSegment),
    /// A segment of another version of the format.
    OtherVersion,
    /// A segment whose header is not complete: a process creates it now, or ended while it did.
    Incomplete,
    /// A segment whose header is not valid.
    BadHeader,
    /// A longer file than any segment.
    TooLong,
    Unreadable(io::Error),
}

/// A segment, as far as it can be read.
#[derive(Debug)]
pub(crate) struct SurveyedSegment(Box<Content>);

impl SurveyedSegment {
    /// The events that are neither delivered nor dropped, as they are sent.
    pub(crate) fn events(&self) -> impl Iterator<Item = HeldEvent<'_>> {
        let Self(content) = self;
        content.events.iter().map(|event| content.held(event))
    }

    /// The bytes at its end that cannot be read, with the events in them.
    pub(crate) fn damaged_bytes(&self) -> u64 {
        to_u64(self.0.bytes.len().saturating_sub(self.0.valid))
    }

    /// The value of a text key of the envelope, unless it contains an escape.
    pub(crate) fn envelope_text(&self, key: &str) -> Option<&str> {
        self.0.header.frame.text(key)
    }
}

/// Calls `show` for each file, the oldest first. One file is in memory at a time.
///
/// # Errors
///
/// The folder cannot be read, or has too many files.
pub(crate) fn survey(
    folder: &dyn Folder,
    most_bytes: u64,
    mut show: impl FnMut(&Surveyed),
) -> io::Result<()> {
    let mut files = Usage::of(folder)?.files;
    files.sort_by_key(|(Entry { created_ms, .. }, _)| *created_ms);
    for (entry, status) in files {
        let found = match entry.kind {
            Kind::Segment if status.length > most_bytes => Found::TooLong,
            Kind::Segment => match read(folder, &entry.name, most_bytes) {
                // Delivered meanwhile.
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => Found::Unreadable(error),
                Ok(found) => found,
            },
            Kind::OtherVersion => Found::OtherVersion,
            Kind::Temporary => Found::Incomplete,
            Kind::Bad => Found::BadHeader,
        };
        show(&Surveyed {
            name: entry.name,
            bytes: status.length,
            found,
        });
    }
    Ok(())
}

fn read(folder: &dyn Folder, name: &str, most_bytes: u64) -> io::Result<Found> {
    let file = folder.open(name)?;
    let mut found = Found::BadHeader;
    for _ in 0..READS {
        found = match Content::read(file.read(most_bytes)?) {
            Ok(content) => Found::Segment(SurveyedSegment(Box::new(content))),
            Err(HeaderError::OtherVersion) => Found::OtherVersion,
            Err(HeaderError::Invalid) => Found::BadHeader,
        };
        match &found {
            Found::Segment(segment) if segment.damaged_bytes() > 0 => {}
            _ => break,
        }
    }
    Ok(found)
}

impl Spool {
    /// Why events of this process are not stored now. `None` also if another thread uses the spool.
    pub(crate) fn pause_reason(&self) -> Option<PauseReason> {
        let state = self.state_of_caller()?;
        state.pause.map(|pause| pause.reason)
    }
}
