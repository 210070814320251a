//! Appends lines to the file of the audit log.
//!
//! Lines are appended in one write, under the file's lock. A file that exceeds its cap is
//! renamed to its one backup before the next line is written. A writer that locks a file which was
//! renamed in the meantime finds another file at the path, and opens that one. The file is closed after
//! each write, so that a file which the user moves, removes or restores is noticed immediately, and a
//! forked process inherits no descriptor.
//!
//! On a file system without locks, the lines are still appended in one write. Such a file is not
//! shortened or renamed, because that could lose lines of another writer: it stops at its cap.

use std::{
    fs::{self, File, Metadata, OpenOptions, TryLockError},
    io::{self, ErrorKind, Seek, SeekFrom},
};

use super::{AuditLog, Step, torn::cut_torn_line};
use crate::util::{
    fs::open_regular,
    own_folder::{create_folder_of, folder_of, not_private, require_own_folder},
    platform::files::{
        append_under_lock, can_append_without_lock, is_private, is_safe_folder, is_same_file,
        write_at_end,
    },
};

/// One attempt to write the first of these lines, and those that fit into the same file.
pub(super) fn try_write(log: &AuditLog, lines: &[u8]) -> io::Result<Step> {
    let file = open(log)?;
    let locked = match file.try_lock() {
        Ok(()) => true,
        Err(TryLockError::WouldBlock) => return Ok(Step::Wait),
        Err(TryLockError::Error(error)) if can_append_without_lock(&error) => false,
        Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Interrupted => {
            return Ok(Step::Again);
        }
        Err(TryLockError::Error(error)) => return Err(error),
    };
    let step = write(log, &file, lines, locked);
    if locked {
        // Explicit, because a process that was forked in the meantime would keep the lock.
        let _ = file.unlock();
    }
    step
}

fn write(log: &AuditLog, file: &File, lines: &[u8], locked: bool) -> io::Result<Step> {
    let metadata = file.metadata()?;
    match fs::symlink_metadata(&log.path) {
        Ok(named) if is_same_file(&metadata, &named) => {}
        // Rotated or removed between the open and the lock.
        Ok(_) => return Ok(Step::Again),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Step::Again),
        Err(error) => return Err(error),
    }
    if metadata.len() >= log.size_limit {
        return Err(ErrorKind::FileTooLarge.into());
    }
    let end = cut_torn_line(file, metadata.len(), locked)?;
    let mut length = end.length;
    if length > log.cap {
        if !locked {
            return Err(ErrorKind::FileTooLarge.into());
        }
        rotate(log, file)?;
        return Ok(Step::Again);
    }
    if !end.is_ended {
        write_at_end(file, length, b"\n")?;
        length = length.saturating_add(1);
    }
    let fitting = lines_that_fit(lines, length, log.cap, log.size_limit);
    let Some(lines) = lines.get(..fitting).filter(|lines| !lines.is_empty()) else {
        return Err(ErrorKind::FileTooLarge.into());
    };
    match write_at_end(file, length, lines) {
        Ok(written) if written == lines.len() => Ok(Step::Written(written)),
        // No space for all lines: remove the start of a line, so that the next one is valid.
        Ok(written) => {
            let whole = lines.get(..written).unwrap_or_default();
            let whole = whole.iter().rposition(|byte| *byte == b'\n');
            let whole = whole.map_or(0, |at| at + 1);
            if locked {
                file.set_len(length.saturating_add(to_u64(whole)))?;
            }
            match whole {
                0 => Err(ErrorKind::StorageFull.into()),
                whole => Ok(Step::Written(whole)),
            }
        }
        Err(error) if error.kind() == ErrorKind::Interrupted => Ok(Step::Again),
        Err(error) => Err(error),
    }
}

/// The length of the first line and of those after it that start at or below the cap, when they are
/// appended to `length` bytes. All of them end at or below the limit.
fn lines_that_fit(lines: &[u8], length: u64, cap: u64, limit: u64) -> usize {
    let mut fitting = 0;
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        let start = length.saturating_add(to_u64(fitting));
        if (fitting > 0 && start > cap) || start.saturating_add(to_u64(line.len())) > limit {
            break;
        }
        fitting += line.len();
    }
    fitting
}

fn to_u64(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Renames the locked file to its backup.
fn rotate(log: &AuditLog, mut file: &File) -> io::Result<()> {
    match fs::rename(&log.path, &log.backup) {
        // The file is itself a mount point, as in a container: copy it and empty it.
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::ResourceBusy | ErrorKind::CrossesDevices
            ) =>
        {
            let mut options = OpenOptions::new();
            options.write(true).create(true).truncate(false);
            let mut backup = open_regular(&log.backup, options)?;
            if !is_private(&backup.metadata()?) {
                return Err(not_private());
            }
            backup.set_len(0)?;
            file.seek(SeekFrom::Start(0))?;
            io::copy(&mut file, &mut backup)?;
            file.set_len(0)
        }
        renamed => renamed,
    }
}

/// Opens the file if no other user could have changed it.
fn open(log: &AuditLog) -> io::Result<File> {
    match fs::metadata(folder_of(&log.path)) {
        Err(error) if error.kind() == ErrorKind::NotFound => create_folder_of(&log.path)?,
        Err(error) => return Err(error),
        Ok(folder) => require_safe_folder(log, &folder)?,
    }
    let file = open_regular(&log.path, append_under_lock())?;
    if is_private(&file.metadata()?) {
        Ok(file)
    } else {
        Err(not_private())
    }
}

fn require_safe_folder(log: &AuditLog, folder: &Metadata) -> io::Result<()> {
    require_own_folder(&log.path)?;
    if is_safe_folder(folder) {
        Ok(())
    } else {
        Err(not_private())
    }
}

/// The error that a write would return, as far as this can be determined without writing.
#[cfg(feature = "clap")]
pub(super) fn check(log: &AuditLog) -> io::Result<()> {
    match fs::metadata(folder_of(&log.path)) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return require_own_folder(&log.path);
        }
        Err(error) => return Err(error),
        Ok(folder) => require_safe_folder(log, &folder)?,
    }
    match fs::symlink_metadata(&log.path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(found) if !found.is_file() => Err(crate::util::read::not_a_regular_file()),
        Ok(found) if !is_private(&found) => Err(not_private()),
        Ok(_) => Ok(()),
    }
}
