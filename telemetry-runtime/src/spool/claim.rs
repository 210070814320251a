//! Takes a file of a process that has ended.

use std::{
    io::{self, ErrorKind},
    time::Duration,
};

use super::{
    Spool,
    folder::{FileStatus, Folder, Lock, SegmentFile},
    name::Entry,
};

/// Age of a file that belongs to a process that has ended, on a file system without locks.
const ABANDONED: Duration = Duration::from_secs(24 * 3600);

/// A file that belongs to no other process now.
pub(super) struct Claimed {
    pub(super) file: Box<dyn SegmentFile>,
    /// False on a file system without locks. Another process may have claimed the file, too, until one of
    /// them has renamed it.
    pub(super) is_locked: bool,
}

/// Locks a file. `None` if its owner still runs, or if the file was removed meanwhile.
pub(super) fn claim(
    spool: &Spool,
    folder: &dyn Folder,
    entry: &Entry,
) -> io::Result<Option<Claimed>> {
    let file = match folder.open(&entry.name) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let is_locked = match file.try_lock()? {
        Lock::Locked => true,
        Lock::Taken => return Ok(None),
        Lock::Unsupported if age(spool, entry, file.status()?) >= ABANDONED => false,
        Lock::Unsupported => return Ok(None),
    };
    // Another process may have finished and removed it between the open and the lock.
    let is_named = is_named(folder, &entry.name, &*file);
    Ok(is_named.then_some(Claimed { file, is_locked }))
}

/// True if `name` is the name of this open file.
pub(super) fn is_named(folder: &dyn Folder, name: &str, file: &dyn SegmentFile) -> bool {
    match (file.status(), folder.status(name)) {
        (Ok(opened), Ok(named)) => opened.links > 0 && opened.file == named.file,
        _ => false,
    }
}

/// The age of a file, if both its name and its last change say so.
pub(super) fn age(spool: &Spool, entry: &Entry, status: FileStatus) -> Duration {
    let newest = entry.created_ms.max(status.modified_ms);
    Duration::from_millis(spool.trusted_ms().saturating_sub(newest))
}
