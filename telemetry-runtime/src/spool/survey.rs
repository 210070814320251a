//! Lists what a spool holds, for users. It locks and changes nothing.

use std::io;

use super::{
    content::Content,
    create::Usage,
    folder::Folder,
    name::{Entry, Kind},
};

/// A file of a spool.
#[derive(Debug)]
pub(crate) struct Surveyed {
    pub(crate) bytes: u64,
    pub(crate) created_ms: u64,
    /// `None` if the file is not a segment of this version, or cannot be read.
    content: Option<Content>,
}

impl Surveyed {
    /// The events that are not delivered, as they are sent.
    pub(crate) fn events(&self) -> impl Iterator<Item = &[u8]> {
        let content = self.content.iter();
        content.flat_map(|content| {
            let events = content.events.iter();
            events.map(|event| content.payload(event))
        })
    }

    /// True for a file whose content is not known.
    pub(crate) fn is_unknown(&self) -> bool {
        self.content.is_none()
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
        let read = || Content::read(folder.open(&entry.name).ok()?.read(most_bytes).ok()?).ok();
        let is_segment = entry.kind == Kind::Segment;
        show(&Surveyed {
            bytes: status.length,
            created_ms: entry.created_ms,
            content: is_segment.then(read).flatten(),
        });
    }
    Ok(())
}
