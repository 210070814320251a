//! The audit log: a local file with every accepted event, one JSON line each.
//!
//! **Invariants.** Lines of several processes are never lost, split or repeated. A symbolic link is
//! never followed. A call waits at most 100 ms for other writers and never fails its host: a line that
//! cannot be written is counted.
//!
//! Every line is one write at the end of the file, under the file's lock. A file that exceeds its cap
//! is renamed to its one backup before the next line is written. A writer that locks a file which was
//! renamed in the meantime finds another file at the path, and opens that one. The file is closed after
//! each line, so that a file which the user moves, removes or restores is noticed immediately, and a
//! forked process inherits no descriptor.

use std::{
    fmt,
    fs::{self, File, TryLockError},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::{
    product::Product,
    util::{
        env::{EnvLookup, path_in_home},
        fs::{Links, beside, create_folder_of, open_regular, remove},
        platform::{
            files::{append_under_lock, is_same_file, max_file_size, write_at_end},
            fork::PerProcess,
        },
    },
    wire::envelope::EventKeyOrder,
};

/// Longest wait for other writers, which hold the lock for one write each. A process that is stopped
/// while it holds the lock costs each other writer this wait once, and their lines.
const MAX_WAIT: Duration = Duration::from_millis(100);

/// Longest wait after a line was lost to a writer that kept the lock, so that a stopped process does
/// not cost 100 ms for every line.
const WAIT_AFTER_LOSS: Duration = Duration::from_millis(5);

/// Pause between two attempts.
const RETRY_PAUSE: Duration = Duration::from_micros(500);

/// An append-only file of JSON lines with one backup.
///
/// ```
/// use telemetry_runtime::AuditLog;
///
/// # let folder = std::env::temp_dir().join(format!("audit-{}", fastrand::u64(..)));
/// let log = AuditLog::new(folder.join("usage_stats.json"));
/// log.append(br#"{"command":"build","durationMs":12}"#)?;
/// assert_eq!(
///     std::fs::read_to_string(log.path()).unwrap(),
///     "{\"command\":\"build\",\"durationMs\":12}\n",
/// );
/// # std::fs::remove_dir_all(folder).unwrap();
/// # Ok::<(), telemetry_runtime::audit::AuditError>(())
/// ```
#[derive(Debug)]
pub struct AuditLog {
    path: PathBuf,
    backup: PathBuf,
    cap: u64,
    /// File size limit of the process. By default, exceeding it raises a signal that ends the process.
    size_limit: u64,
    counters: PerProcess<Counters>,
}

/// Counters of one process.
#[derive(Default)]
struct Counters {
    written: AtomicU64,
    not_written: AtomicU64,
    /// True if the last line was lost to a writer that kept the lock.
    lost_to_lock: AtomicBool,
}

/// The reason why a line was not written to the audit log. It is already counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuditError {
    /// Other writers held the lock for too long.
    Busy,
    /// The text contains a line break, so it is not one line.
    NotOneLine,
    /// The file, its folder or its backup could not be written: for example no space, no permission,
    /// or the path is a symbolic link or not a regular file.
    Unwritable(ErrorKind),
}

impl fmt::Display for AuditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("other writers held the audit log for too long"),
            Self::NotOneLine => f.write_str("the text for the audit log is not one line"),
            Self::Unwritable(kind) => write!(f, "the audit log cannot be written: {kind}"),
        }
    }
}

impl std::error::Error for AuditError {}

impl From<io::Error> for AuditError {
    fn from(error: io::Error) -> Self {
        Self::Unwritable(error.kind())
    }
}

impl AuditLog {
    /// Size above which the file becomes the backup: 10 MiB.
    pub const DEFAULT_CAP: u64 = 10 * 1024 * 1024;

    /// The log at `path`, with the backup `<name>.1` beside it. The first line creates the file with
    /// mode 0600, and a missing folder with mode 0700.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self {
            backup: beside(&path, ".1"),
            path,
            cap: Self::DEFAULT_CAP,
            size_limit: max_file_size(),
            counters: PerProcess::new(Counters::default()),
        }
    }

    /// The log that the product declares; `None` without one or without a home directory.
    pub(crate) fn of(product: &Product, lookup: &EnvLookup<'_>) -> Option<Arc<Self>> {
        let path = path_in_home(lookup, product.audit_file?)?;
        Some(Arc::new(Self::new(path)))
    }

    /// Path of the backup, which must be in the same file system.
    #[must_use]
    pub fn backup(mut self, path: impl Into<PathBuf>) -> Self {
        self.backup = path.into();
        self
    }

    /// Size in bytes above which the file becomes the backup before the next line is written; the
    /// file is longer by at most that line. Default: [`DEFAULT_CAP`](Self::DEFAULT_CAP).
    #[must_use]
    pub fn cap(mut self, bytes: u64) -> Self {
        self.cap = bytes;
        self
    }

    /// Path of the log.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Path that the log is renamed to when it exceeds its cap.
    #[must_use]
    pub fn backup_path(&self) -> &Path {
        &self.backup
    }

    /// Number of lines that this value wrote in this process.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.counters().written.load(Ordering::Relaxed)
    }

    /// Number of lines that this value could not write in this process.
    #[must_use]
    pub fn not_written(&self) -> u64 {
        self.counters().not_written.load(Ordering::Relaxed)
    }

    /// Appends one event. `parameters` is its JSON object, which is written unchanged.
    ///
    /// Waits at most 100 ms for other writers, and at most 5 ms after a line was lost to them.
    ///
    /// # Errors
    ///
    /// [`AuditError`]. The line is counted in [`not_written`](Self::not_written).
    pub fn append(&self, parameters: &[u8]) -> Result<(), AuditError> {
        let written = self.try_append(parameters);
        let counters = self.counters();
        let count = match written {
            Ok(()) => &counters.written,
            Err(_) => &counters.not_written,
        };
        count.fetch_add(1, Ordering::Relaxed);
        let held = written == Err(AuditError::Busy);
        counters.lost_to_lock.store(held, Ordering::Relaxed);
        written
    }

    fn counters(&self) -> &Counters {
        self.counters.get(|_| Counters::default())
    }

    /// Appends the parameters of an event that is encoded for the envelope.
    pub(crate) fn append_event(&self, event: &[u8], order: EventKeyOrder) {
        if let Some(parameters) = parameters_of(event, order) {
            // A failure is counted and has no other effect.
            let _ = self.append(parameters);
        }
    }

    /// Removes the log and its backup.
    ///
    /// # Errors
    ///
    /// The error of the file system. A missing file is not an error.
    pub fn remove(&self) -> io::Result<()> {
        let log = remove(&self.path);
        remove(&self.backup).and(log)
    }

    fn try_append(&self, parameters: &[u8]) -> Result<(), AuditError> {
        if parameters.contains(&b'\n') {
            return Err(AuditError::NotOneLine);
        }
        let line = [parameters, b"\n"].concat();
        let timeout = if self.counters().lost_to_lock.load(Ordering::Relaxed) {
            WAIT_AFTER_LOSS
        } else {
            MAX_WAIT
        };
        let started = Instant::now();
        loop {
            // Checked before the attempt, so that a thread which was not scheduled still has one.
            let late = started.elapsed() >= timeout;
            match self.try_write(&line)? {
                Step::Written => return Ok(()),
                _ if late => return Err(AuditError::Busy),
                Step::Again => {}
                Step::Wait => thread::sleep(RETRY_PAUSE),
            }
        }
    }

    /// One attempt to write the line.
    fn try_write(&self, line: &[u8]) -> io::Result<Step> {
        let file = self.open()?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Ok(Step::Wait),
            Err(TryLockError::Error(error)) => return Err(error),
            Ok(()) => {}
        }
        let step = self.write_locked(&file, line);
        // Explicit, because a process that was forked in the meantime would keep the lock.
        let _ = file.unlock();
        step
    }

    fn write_locked(&self, file: &File, line: &[u8]) -> io::Result<Step> {
        let metadata = file.metadata()?;
        match fs::symlink_metadata(&self.path) {
            Ok(named) if is_same_file(&metadata, &named) => {}
            // Rotated or removed between the open and the lock.
            Ok(_) => return Ok(Step::Again),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Step::Again),
            Err(error) => return Err(error),
        }
        if metadata.len() > self.cap {
            fs::rename(&self.path, &self.backup)?;
            return Ok(Step::Again);
        }
        let length = u64::try_from(line.len()).unwrap_or(u64::MAX);
        if metadata.len().saturating_add(length) > self.size_limit {
            return Err(ErrorKind::FileTooLarge.into());
        }
        match write_at_end(file, metadata.len(), line) {
            Ok(written) if written == line.len() => Ok(Step::Written),
            // No space for the whole line: remove its start, so that the next line is valid.
            Ok(_) => {
                file.set_len(metadata.len())?;
                Err(ErrorKind::StorageFull.into())
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(Step::Again),
            Err(error) => Err(error),
        }
    }

    fn open(&self) -> io::Result<File> {
        let open = || open_regular(&self.path, append_under_lock(), Links::Refuse);
        match open() {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                create_folder_of(&self.path)?;
                open()
            }
            opened => opened,
        }
    }
}

/// The parameters within an encoded event, with the same bytes as on the wire. Event names contain no
/// quotes, so text of the event cannot be mistaken for the first `parameters` or the last `name` key.
fn parameters_of(event: &[u8], order: EventKeyOrder) -> Option<&[u8]> {
    const KEY: &[u8] = b"\"parameters\":";
    const NAME: &[u8] = b",\"name\":\"";
    let start = event.windows(KEY.len()).position(|part| part == KEY)? + KEY.len();
    let rest = event.get(start..)?;
    let end = match order {
        EventKeyOrder::ParametersFirst => {
            rest.windows(NAME.len()).rposition(|part| part == NAME)?
        }
        EventKeyOrder::NameFirst => rest.len().checked_sub(1)?,
    };
    rest.get(..end)
}

/// Result of one attempt.
enum Step {
    Written,
    Again,
    /// Another writer holds the lock.
    Wait,
}
