//! A file system and a clock in memory, whose faults a test chooses.

use std::{
    collections::BTreeMap,
    io::{self, ErrorKind},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use crate::spool::{
    Limits, Spool,
    folder::{FileStatus, Folder, Lock, MAX_ENTRIES, SegmentFile, Time},
    tests::identity,
};

/// An operation of the file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Open,
    Create,
    Rename,
    Remove,
    Names,
    Write,
    Read,
    SetLength,
}

type Fault = Box<dyn FnMut(Operation) -> Option<ErrorKind> + Send>;

/// Code that runs in each write, without the lock of the disk.
type InWrite = Arc<dyn Fn() + Send + Sync>;

struct File {
    bytes: Vec<u8>,
    links: u64,
    modified_ms: u64,
    locked: bool,
}

struct Inner {
    names: BTreeMap<String, u64>,
    files: BTreeMap<u64, File>,
    next_file: u64,
    /// Bytes that can still be written beyond the end of files.
    space: Option<u64>,
    fault: Fault,
    in_write: Option<InWrite>,
    write_takes: Duration,
    has_locks: bool,
    now: Duration,
    wall_ms: u64,
    random: fastrand::Rng,
    writes: u64,
}

/// A disk that several spools can share, as processes do.
#[derive(Clone)]
pub(super) struct Disk(Arc<Mutex<Inner>>);

/// 2026-01-01.
pub(super) const START_MS: u64 = 1_767_225_600_000;

impl Disk {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Inner {
            names: BTreeMap::new(),
            files: BTreeMap::new(),
            next_file: 0,
            space: None,
            fault: Box::new(|_| None),
            in_write: None,
            write_takes: Duration::ZERO,
            has_locks: true,
            now: Duration::ZERO,
            wall_ms: START_MS,
            random: fastrand::Rng::with_seed(15),
            writes: 0,
        })))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }

    /// A spool of another process. Its death is its drop.
    pub(super) fn spool(&self, limits: Limits) -> Spool {
        self.spool_for(identity(), limits)
    }

    pub(super) fn spool_for(&self, of: crate::spool::header::Identity, limits: Limits) -> Spool {
        let disk = self.clone();
        let open = move |_| {
            disk.attempt(Operation::Open)?;
            Ok(Box::new(disk.clone()) as Box<dyn Folder>)
        };
        Spool::new(of, limits, Arc::new(open), Arc::new(self.clone()))
    }

    pub(super) fn set_space(&self, bytes: Option<u64>) {
        self.lock().space = bytes;
    }

    pub(super) fn set_fault(
        &self,
        fault: impl FnMut(Operation) -> Option<ErrorKind> + Send + 'static,
    ) {
        self.lock().fault = Box::new(fault);
    }

    pub(super) fn in_each_write(&self, run: impl Fn() + Send + Sync + 'static) {
        self.lock().in_write = Some(Arc::new(run));
    }

    pub(super) fn set_write_time(&self, takes: Duration) {
        self.lock().write_takes = takes;
    }

    pub(super) fn remove_locks(&self) {
        self.lock().has_locks = false;
    }

    /// Both clocks move.
    pub(super) fn advance(&self, by: Duration) {
        let mut inner = self.lock();
        inner.now += by;
        inner.wall_ms += u64::try_from(by.as_millis()).unwrap();
    }

    pub(super) fn set_wall(&self, wall_ms: u64) {
        self.lock().wall_ms = wall_ms;
    }

    pub(super) fn writes(&self) -> u64 {
        self.lock().writes
    }

    pub(super) fn file_names(&self) -> Vec<String> {
        self.lock().names.keys().cloned().collect()
    }

    pub(super) fn total_bytes(&self) -> usize {
        let inner = self.lock();
        inner
            .names
            .values()
            .map(|file| inner.files[file].bytes.len())
            .sum()
    }

    /// Adds a file that no process has open.
    pub(super) fn put(&self, name: &str, bytes: Vec<u8>) {
        let mut inner = self.lock();
        let modified_ms = inner.wall_ms;
        let file = File {
            bytes,
            links: 1,
            modified_ms,
            locked: false,
        };
        let number = inner.next_file;
        inner.next_file += 1;
        inner.files.insert(number, file);
        inner.names.insert(name.to_owned(), number);
    }

    /// Changes the bytes of a file.
    pub(super) fn damage(&self, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let mut inner = self.lock();
        let number = inner.names[name];
        change(&mut inner.files.get_mut(&number).unwrap().bytes);
    }

    fn attempt(&self, operation: Operation) -> io::Result<()> {
        let mut fault = std::mem::replace(&mut self.lock().fault, Box::new(|_| None));
        let failed = fault(operation);
        self.lock().fault = fault;
        failed.map_or(Ok(()), |kind| Err(kind.into()))
    }

    fn opened(&self, number: u64) -> Box<dyn SegmentFile> {
        Box::new(OpenFile {
            disk: self.clone(),
            number,
            holds_lock: Mutex::new(false),
        })
    }
}

fn not_found() -> io::Error {
    ErrorKind::NotFound.into()
}

impl Folder for Disk {
    fn create(&self, name: &str) -> io::Result<Box<dyn SegmentFile>> {
        self.attempt(Operation::Create)?;
        if self.lock().names.contains_key(name) {
            return Err(ErrorKind::AlreadyExists.into());
        }
        self.put(name, Vec::new());
        let number = self.lock().names[name];
        Ok(self.opened(number))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn SegmentFile>> {
        self.attempt(Operation::Open)?;
        let number = self.lock().names.get(name).copied();
        Ok(self.opened(number.ok_or_else(not_found)?))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.attempt(Operation::Rename)?;
        let mut inner = self.lock();
        let number = inner.names.remove(from).ok_or_else(not_found)?;
        if let Some(replaced) = inner.names.insert(to.to_owned(), number) {
            inner.files.get_mut(&replaced).unwrap().links = 0;
        }
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.attempt(Operation::Remove)?;
        let mut inner = self.lock();
        let number = inner.names.remove(name).ok_or_else(not_found)?;
        inner.files.get_mut(&number).unwrap().links = 0;
        Ok(())
    }

    fn names(&self) -> io::Result<Vec<String>> {
        self.attempt(Operation::Names)?;
        let names = self.file_names();
        if names.len() > MAX_ENTRIES {
            return Err(ErrorKind::QuotaExceeded.into());
        }
        Ok(names)
    }

    fn status(&self, name: &str) -> io::Result<FileStatus> {
        let number = self.lock().names.get(name).copied();
        Ok(self.lock().status(number.ok_or_else(not_found)?))
    }
}

impl Inner {
    fn status(&self, number: u64) -> FileStatus {
        let file = &self.files[&number];
        FileStatus {
            length: file.bytes.len() as u64,
            links: file.links,
            file: (1, number),
            modified_ms: file.modified_ms,
        }
    }
}

struct OpenFile {
    disk: Disk,
    number: u64,
    holds_lock: Mutex<bool>,
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        if *self.holds_lock.lock().unwrap() {
            let mut inner = self.disk.lock();
            inner.files.get_mut(&self.number).unwrap().locked = false;
        }
    }
}

impl SegmentFile for OpenFile {
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<usize> {
        let in_write = self.disk.lock().in_write.clone();
        if let Some(run) = in_write {
            run();
        }
        let takes = self.disk.lock().write_takes;
        self.disk.advance(takes);
        self.disk.attempt(Operation::Write)?;
        let mut inner = self.disk.lock();
        inner.writes += 1;
        let (wall_ms, space) = (inner.wall_ms, inner.space);
        let file = inner.files.get_mut(&self.number).unwrap();
        let offset = usize::try_from(offset).unwrap();
        let end = offset + bytes.len();
        let beyond = end.saturating_sub(file.bytes.len().max(offset));
        let missing = space.map_or(0, |space| {
            beyond.saturating_sub(usize::try_from(space).unwrap())
        });
        let written = bytes.len() - missing;
        if written == 0 && !bytes.is_empty() {
            return Err(ErrorKind::StorageFull.into());
        }
        let end = offset + written;
        if file.bytes.len() < end {
            file.bytes.resize(end, 0);
        }
        file.bytes[offset..end].copy_from_slice(&bytes[..written]);
        file.modified_ms = wall_ms;
        if let Some(space) = &mut inner.space {
            *space -= (beyond - missing) as u64;
        }
        Ok(written)
    }

    fn read(&self, most: u64) -> io::Result<Vec<u8>> {
        self.disk.attempt(Operation::Read)?;
        let inner = self.disk.lock();
        let bytes = &inner.files[&self.number].bytes;
        let most = bytes.len().min(usize::try_from(most).unwrap());
        Ok(bytes[..most].to_vec())
    }

    fn set_length(&self, length: u64) -> io::Result<()> {
        self.disk.attempt(Operation::SetLength)?;
        let mut inner = self.disk.lock();
        let file = inner.files.get_mut(&self.number).unwrap();
        file.bytes.resize(usize::try_from(length).unwrap(), 0);
        Ok(())
    }

    fn try_lock(&self) -> io::Result<Lock> {
        let mut inner = self.disk.lock();
        if !inner.has_locks {
            return Ok(Lock::Unsupported);
        }
        let file = inner.files.get_mut(&self.number).unwrap();
        if file.locked {
            return Ok(Lock::Taken);
        }
        file.locked = true;
        *self.holds_lock.lock().unwrap() = true;
        Ok(Lock::Locked)
    }

    fn status(&self) -> io::Result<FileStatus> {
        Ok(self.disk.lock().status(self.number))
    }
}

impl Time for Disk {
    fn now(&self) -> Duration {
        self.lock().now
    }

    fn wall_ms(&self) -> u64 {
        self.lock().wall_ms
    }

    fn pause(&self, duration: Duration) {
        // The clock advances, so that a wait ends.
        self.advance(duration);
        std::thread::yield_now();
    }

    fn random(&self) -> io::Result<u64> {
        Ok(self.lock().random.u64(..))
    }
}
