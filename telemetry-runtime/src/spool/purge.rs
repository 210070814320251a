//! Removes all files of a spool after an opt-out, from any process.
//!
//! **Invariants.** A locked segment is removed, too. Its owner notices that its file has no name any more.

use std::io::{self, ErrorKind};

use super::{folder::Folder, name::Entry, sender_lock};

/// The folder is read again after a removal, in case a process has created a file meanwhile.
const PASSES: usize = 4;

/// Removes the files of the spool. Returns the number of those with events. The lock of a sender that runs stays.
///
/// # Errors
///
/// The last error, after every other file was removed.
pub(crate) fn purge(folder: &dyn Folder) -> io::Result<u64> {
    let (mut removed, mut failed) = (0_u64, None);
    for _ in 0..PASSES {
        let mut found = false;
        for name in folder.names()? {
            if Entry::parse(&name).is_none() {
                continue;
            }
            match folder.remove(&name) {
                Ok(()) => {
                    found = true;
                    removed += 1;
                }
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => failed = Some(error),
            }
        }
        if !found {
            break;
        }
    }
    sender_lock::remove(folder);
    failed.map_or(Ok(removed), Err)
}
