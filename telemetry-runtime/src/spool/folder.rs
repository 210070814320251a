//! The interface to the file system and the clock, which tests replace.
//!
//! **Invariants.** An implementation never follows a link, never opens a file that other users could have
//! written, and never waits for a lock.

use std::{io, sync::Arc, time::Duration};

/// Maximum number of entries of a folder that are read.
pub(crate) const MAX_ENTRIES: usize = 4096;

/// The folder of a spool. Names have no separators.
pub(crate) trait Folder: Send {
    /// Creates a file that does not exist.
    fn create(&self, name: &str) -> io::Result<Box<dyn SegmentFile>>;
    fn open(&self, name: &str) -> io::Result<Box<dyn SegmentFile>>;
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    fn remove(&self, name: &str) -> io::Result<()>;
    /// The names of its files; an error if there are more than [`MAX_ENTRIES`].
    fn names(&self) -> io::Result<Vec<String>>;
    fn status(&self, name: &str) -> io::Result<FileStatus>;
}

/// An open file. It is unlocked when it is dropped.
pub(crate) trait SegmentFile: Send {
    /// Writes at `offset`. Returns the number of bytes written.
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<usize>;
    /// The content; an error if it has more than `most` bytes.
    fn read(&self, most: u64) -> io::Result<Vec<u8>>;
    fn set_length(&self, length: u64) -> io::Result<()>;
    fn try_lock(&self) -> io::Result<Lock>;
    fn status(&self) -> io::Result<FileStatus>;
}

/// The result of an attempt to lock a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lock {
    Locked,
    /// Another process, or another part of this one, has locked it.
    Taken,
    /// The file system has no locks.
    Unsupported,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileStatus {
    pub(crate) length: u64,
    /// The number of names of the file. Zero after it was removed.
    pub(crate) links: u64,
    /// Identifies the file: two open files with the same value are the same file.
    pub(crate) file: (u64, u64),
    /// Last change in milliseconds since 1970.
    pub(crate) modified_ms: u64,
}

/// The time for a spool.
pub(crate) trait Time: Send + Sync {
    /// Monotonic time since any moment.
    fn now(&self) -> Duration;
    /// Milliseconds since 1970.
    fn wall_ms(&self) -> u64;
    /// Waits for a short time.
    fn pause(&self, duration: Duration);
    /// Random bits.
    fn random(&self) -> io::Result<u64>;
}

/// The effect of opening a folder that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    Create,
    /// The error is [`NotFound`](io::ErrorKind::NotFound).
    Leave,
}

/// Opens the folder of a spool.
pub(crate) type OpenFolder = Arc<dyn Fn(Missing) -> io::Result<Box<dyn Folder>> + Send + Sync>;
