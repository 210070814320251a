//! The file system and the clock of the system.

use std::{
    fs::{File, TryLockError},
    io::{self, ErrorKind, Read, Seek},
    path::PathBuf,
    sync::Arc,
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use super::folder::{
    FileStatus, Folder, Lock, MAX_ENTRIES, Missing, OpenFolder, SegmentFile, Time,
};
use crate::util::platform::{
    files::{identity, lacks_locks, max_file_size, write_at},
    fork,
    fork_files::{ClosedInChild, close_in_child},
    private_folder::{NamedFile, PrivateFolder},
};

/// Opens the folder at `path`.
pub(crate) fn open_folder(path: PathBuf) -> OpenFolder {
    Arc::new(move |missing| {
        Ok(Box::new(DiskFolder {
            folder: match missing {
                Missing::Create => PrivateFolder::open(&path)?,
                Missing::Leave => PrivateFolder::open_existing(&path)?,
            },
            limit: max_file_size(),
        }))
    })
}

struct DiskFolder {
    folder: PrivateFolder,
    /// Maximum length of a file of this process. By default, a signal ends a process that exceeds it.
    limit: u64,
}

impl DiskFolder {
    fn file(&self, file: File) -> io::Result<Box<dyn SegmentFile>> {
        // Before the lock, so that no child of a fork keeps it.
        let closed = close_in_child(&file)?;
        Ok(Box::new(DiskFile {
            open: Some((closed, file)),
            generation: fork::generation(),
            limit: self.limit,
        }))
    }
}

impl Folder for DiskFolder {
    fn create(&self, name: &str) -> io::Result<Box<dyn SegmentFile>> {
        self.file(self.folder.create(name)?)
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn SegmentFile>> {
        self.file(self.folder.open_file(name)?)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.folder.rename(from, to)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.folder.remove(name)
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let names = self.folder.names(MAX_ENTRIES)?;
        names.ok_or_else(|| ErrorKind::QuotaExceeded.into())
    }

    fn status(&self, name: &str) -> io::Result<FileStatus> {
        let NamedFile {
            length,
            links,
            file,
            modified,
        } = self.folder.status(name)?;
        Ok(FileStatus {
            length,
            links,
            file,
            modified_ms: ms_since_1970(modified),
        })
    }
}

struct DiskFile {
    /// `None` only while it is dropped. The registration is dropped before the file is closed.
    open: Option<(ClosedInChild, File)>,
    generation: u32,
    limit: u64,
}

impl DiskFile {
    /// In a child of a fork the descriptor is closed, and its number may belong to another file.
    fn file(&self) -> io::Result<&File> {
        let own = self.generation == fork::generation();
        let file = self.open.as_ref().filter(|_| own);
        file.map(|(_, file)| file)
            .ok_or_else(|| ErrorKind::NotFound.into())
    }
}

impl Drop for DiskFile {
    fn drop(&mut self) {
        if let Ok(file) = self.file() {
            // Explicit, because a child that was forked between the open and the registration keeps it.
            let _ = file.unlock();
        } else {
            std::mem::forget(self.open.take());
        }
    }
}

impl SegmentFile for DiskFile {
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<usize> {
        let end = u64::try_from(bytes.len()).map(|length| offset.saturating_add(length));
        if end.is_ok_and(|end| end > self.limit) {
            return Err(ErrorKind::FileTooLarge.into());
        }
        write_at(self.file()?, offset, bytes)
    }

    fn read(&self, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut file = self.file()?;
        let length = file.metadata()?.len().min(most);
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        bytes
            .try_reserve_exact(length)
            .map_err(|_| ErrorKind::OutOfMemory)?;
        file.rewind()?;
        file.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn set_length(&self, length: u64) -> io::Result<()> {
        self.file()?.set_len(length)
    }

    fn try_lock(&self) -> io::Result<Lock> {
        match self.file()?.try_lock() {
            Ok(()) => Ok(Lock::Locked),
            Err(TryLockError::WouldBlock) => Ok(Lock::Taken),
            Err(TryLockError::Error(error)) => match error.kind() {
                ErrorKind::Interrupted => Ok(Lock::Taken),
                _ if lacks_locks(&error) => Ok(Lock::Unsupported),
                _ => Err(error),
            },
        }
    }

    fn status(&self) -> io::Result<FileStatus> {
        let metadata = self.file()?.metadata()?;
        let (file, links) = identity(&metadata);
        Ok(FileStatus {
            length: metadata.len(),
            links,
            file,
            modified_ms: ms_since_1970(metadata.modified()?),
        })
    }
}

/// The clock of the system.
pub(crate) struct SystemTimes {
    started: Instant,
}

impl Default for SystemTimes {
    fn default() -> Self {
        Self {
            started: Instant::now(),
        }
    }
}

impl Time for SystemTimes {
    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    fn wall_ms(&self) -> u64 {
        ms_since_1970(SystemTime::now())
    }

    fn pause(&self, duration: Duration) {
        thread::sleep(duration);
    }

    fn random(&self) -> io::Result<u64> {
        getrandom::u64().map_err(|_| ErrorKind::Unsupported.into())
    }
}

/// Zero for a time before 1970.
fn ms_since_1970(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
