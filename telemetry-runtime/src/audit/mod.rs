//! The audit log: a local file with every accepted event, one JSON line each.
//!
//! **Invariants.** Lines of several processes are never lost, split or repeated, even after a kill. A
//! symbolic link is never followed, and a file that others could have changed is not written. A batch
//! of lines waits at most 100 ms for other writers and never causes an error in its host: a line that
//! cannot be written is counted.
//!
//! `batch` collects the lines of events, `line` renders them, `writer` appends them to the file, `torn`
//! repairs the end of the file after a killed writer, and `error` has the reasons for a lost line.

mod batch;
mod error;
mod line;
mod torn;
mod writer;

use std::{
    io,
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
        env::EnvLookup,
        fs::{beside, remove},
        places::UserFolders,
        platform::{
            files::{max_file_size, root_directory},
            fork::PerProcess,
        },
        terminal::escape_controls,
    },
};

pub use self::error::AuditError;
pub use crate::product::audit_format::AuditFormat;

/// Longest wait for other writers, which hold the lock for one write each. If a process is
/// stopped while it holds the lock, every other writer waits this long once and loses its lines.
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
    /// The root directory when this value was created.
    root: Option<(u64, u64)>,
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
            root: root_directory(),
            counters: PerProcess::new(Counters::default()),
        }
    }

    /// The log that the product declares; `None` without one or without a home directory.
    pub(crate) fn of(product: &Product, lookup: &EnvLookup<'_>) -> Option<Arc<Self>> {
        let places = product
            .audit
            .resolve(&UserFolders::of(&[product.audit], lookup));
        let place = places.into_iter().next()?;
        Some(Arc::new(Self::new(place.path)))
    }

    /// The logs of earlier versions of the product, each with its backup.
    #[cfg(feature = "clap")]
    pub(crate) fn previous_paths(product: &Product, lookup: &EnvLookup<'_>) -> Vec<PathBuf> {
        let places = product
            .audit
            .resolve(&UserFolders::of(&[product.audit], lookup));
        let paths = places.into_iter().skip(1).map(|place| place.path);
        paths.flat_map(|path| [beside(&path, ".1"), path]).collect()
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

    /// Appends one line. `json` is a JSON object on one line, such as the parameters of an event.
    ///
    /// Characters that control a terminal, such as DEL and those that reorder text, are replaced by
    /// their JSON escapes: the value is the same. The call waits at most 100 ms for other writers, and
    /// at most 5 ms after a line was lost to them.
    ///
    /// # Errors
    ///
    /// [`AuditError`]. The line is counted in [`not_written`](Self::not_written).
    pub fn append(&self, json: &[u8]) -> Result<(), AuditError> {
        if json.contains(&b'\n') {
            self.count_lost(1);
            return Err(AuditError::NotOneLine);
        }
        let line = [&escape_controls(json), b"\n".as_slice()].concat();
        self.append_lines(&line, Instant::now() + self.longest_wait())
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

    /// Appends lines, each of which ends with a line break. Waits for other writers until the time
    /// `until`; after that, it tries once. Lines that are not written are counted.
    fn append_lines(&self, lines: &[u8], until: Instant) -> Result<(), AuditError> {
        let mut rest = lines;
        let result = loop {
            if rest.is_empty() {
                break Ok(());
            }
            // Checked before the attempt, so that a thread which was not scheduled still has one.
            let late = Instant::now() >= until;
            match self.try_write(rest) {
                Ok(Step::Written(length)) => {
                    let (written, left) = rest.split_at_checked(length).unwrap_or((rest, b""));
                    self.counters()
                        .written
                        .fetch_add(count_lines(written), Ordering::Relaxed);
                    rest = left;
                }
                Ok(_) if late => break Err(AuditError::Busy),
                Ok(Step::Again) => {}
                Ok(Step::Wait) => thread::sleep(RETRY_PAUSE),
                Err(error) => break Err(error),
            }
        };
        self.count_lost(count_lines(rest));
        let held = result == Err(AuditError::Busy);
        self.counters().lost_to_lock.store(held, Ordering::Relaxed);
        result
    }

    fn longest_wait(&self) -> Duration {
        if self.counters().lost_to_lock.load(Ordering::Relaxed) {
            WAIT_AFTER_LOSS
        } else {
            MAX_WAIT
        }
    }

    fn counters(&self) -> &Counters {
        self.counters.get(|_| Counters::default())
    }

    fn count_lost(&self, lines: u64) {
        self.counters()
            .not_written
            .fetch_add(lines, Ordering::Relaxed);
    }

    /// Why lines cannot be written, as far as this can be determined without writing one.
    #[cfg(feature = "clap")]
    pub(crate) fn problem(&self) -> Option<AuditError> {
        writer::check(self).err().map(AuditError::from)
    }

    /// One attempt to write the first of these lines, and those that fit into the same file.
    fn try_write(&self, lines: &[u8]) -> Result<Step, AuditError> {
        if self.root != root_directory() {
            return Err(AuditError::OtherRoot);
        }
        Ok(writer::try_write(self, lines)?)
    }
}

fn count_lines(text: &[u8]) -> u64 {
    let breaks = text.iter().filter(|byte| **byte == b'\n').count();
    u64::try_from(breaks).unwrap_or(u64::MAX)
}

/// Result of one attempt.
enum Step {
    /// The number of bytes that were written, which are whole lines.
    Written(usize),
    Again,
    /// Another writer holds the lock.
    Wait,
}
