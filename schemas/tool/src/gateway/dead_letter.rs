//! The dead letter file.
//!
//! One thread writes it. Lines of several requests that wait at the same time share one write and one
//! `fdatasync`, so the lines of an acknowledged request are on the disk. After a write that failed, the file
//! ends with the last complete line, and the next request tries again.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use tokio::sync::{mpsc, oneshot};

use super::DEAD_LETTER_BYTES;

/// Requests whose lines wait. Others wait for a place.
const WAITING: usize = 64;

struct Entry {
    lines: Vec<u8>,
    is_written: oneshot::Sender<bool>,
}

/// The way to the file.
pub(super) struct DeadLetter {
    entries: mpsc::Sender<Entry>,
    fails: Arc<AtomicBool>,
}

impl DeadLetter {
    /// Opens the file. `notices` gets a line when writing begins to fail, and when it succeeds again.
    pub(super) fn open(path: &Path, notices: mpsc::Sender<String>) -> Result<Self, String> {
        let log = Log::open(path).map_err(|wrong| format!("`{}` {wrong}", path.display()))?;
        let (entries, waiting) = mpsc::channel(WAITING);
        let fails = Arc::new(AtomicBool::new(false));
        let state = Arc::clone(&fails);
        thread::Builder::new()
            .name("dead-letter".to_owned())
            .spawn(move || run(log, waiting, &state, &notices))
            .map_err(|error| format!("a thread cannot be started: {error}"))?;
        Ok(Self { entries, fails })
    }

    /// Whether the last write failed.
    pub(super) fn fails(&self) -> bool {
        self.fails.load(Ordering::Relaxed)
    }

    /// Writes lines. Returns whether they are on the disk.
    pub(super) async fn write(&self, lines: Vec<u8>) -> bool {
        let (is_written, written) = oneshot::channel();
        let sent = self.entries.send(Entry { lines, is_written }).await;
        sent.is_ok() && written.await.unwrap_or(false)
    }
}

fn run(
    mut log: Log,
    mut waiting: mpsc::Receiver<Entry>,
    fails: &AtomicBool,
    notices: &mpsc::Sender<String>,
) {
    while let Some(first) = waiting.blocking_recv() {
        let mut entries = vec![first];
        while entries.len() < WAITING
            && let Ok(entry) = waiting.try_recv()
        {
            entries.push(entry);
        }
        let written = log.add(entries.iter().map(|entry| entry.lines.as_slice()));
        let name = log.path.display();
        let text = match &written {
            Err(error) => format!(
                "`{name}` cannot be written: {error}; batches with invalid events are refused"
            ),
            Ok(()) => format!("`{name}` can be written again"),
        };
        if fails.swap(written.is_err(), Ordering::Relaxed) != written.is_err() {
            let _ = notices.try_send(text);
        }
        for entry in entries {
            let _ = entry.is_written.send(written.is_ok());
        }
    }
}

/// The file with its size.
struct Log {
    path: PathBuf,
    file: File,
    bytes: u64,
    limit: u64,
}

impl Log {
    fn open(path: &Path) -> Result<Self, String> {
        let unusable = |error: io::Error| format!("cannot be written: {error}");
        let mut file = create(path).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err("is in use: each gateway needs its own dead letter file".to_owned());
            }
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        let bytes = complete(&mut file).map_err(unusable)?;
        Ok(Self {
            path: path.to_owned(),
            file,
            bytes,
            limit: DEAD_LETTER_BYTES,
        })
    }

    /// Adds lines and waits until they are on the disk.
    fn add<'l>(&mut self, entries: impl Iterator<Item = &'l [u8]>) -> io::Result<()> {
        for lines in entries {
            let more = u64::try_from(lines.len()).unwrap_or(u64::MAX);
            if self.bytes > 0 && self.bytes.saturating_add(more) > self.limit {
                self.turn()?;
            }
            if let Err(error) = self.file.write_all(lines) {
                // A part of a line would hide the next one.
                let _ = self.file.set_len(self.bytes);
                return Err(error);
            }
            self.bytes += more;
        }
        self.file.sync_data()
    }

    /// Makes the file the backup, and begins a new one.
    fn turn(&mut self) -> io::Result<()> {
        self.file.sync_data()?;
        let mut backup = self.path.clone().into_os_string();
        backup.push(".1");
        fs::rename(&self.path, &backup)?;
        let mut file = create(&self.path)?;
        let _ = file.try_lock();
        self.bytes = complete(&mut file)?;
        self.file = file;
        Ok(())
    }
}

/// Opens a file for lines at its end. Only its owner can read it.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).read(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    // A file that exists may have another mode.
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(file)
}

/// Removes the part of a line that a crash of the machine may have left at the end. Returns the size.
fn complete(file: &mut File) -> io::Result<u64> {
    let mut end = file.metadata()?.len();
    let mut block = [0; 4096];
    let mut kept = end;
    while kept > 0 {
        let start = end.saturating_sub(block.len() as u64);
        let length = usize::try_from(end - start).unwrap_or(block.len());
        file.seek(SeekFrom::Start(start))?;
        let part = block.get_mut(..length).unwrap_or_default();
        file.read_exact(part)?;
        let last = part.iter().rposition(|byte| *byte == b'\n');
        if let Some(last) = last {
            kept = start + last as u64 + 1;
            break;
        }
        (kept, end) = (start, start);
    }
    if kept < file.metadata()?.len() {
        file.set_len(kept)?;
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("dead-letter-{}-{name}", std::process::id()));
        let _ = fs::remove_file(&path);
        path
    }

    #[test]
    fn a_full_file_becomes_the_only_backup() {
        let path = fresh("full");
        let mut log = Log::open(&path).unwrap();
        log.limit = 10;
        for line in [
            "one\n",
            "two\n",
            "three\n",
            "four\n",
            "a long line above the limit\n",
        ] {
            log.add([line.as_bytes()].into_iter()).unwrap();
        }
        let backup = path.with_extension("1");
        let backup = if backup.exists() {
            backup
        } else {
            PathBuf::from(format!("{}.1", path.display()))
        };
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            "a long line above the limit\n"
        );
        assert_eq!(fs::read_to_string(&backup).unwrap(), "four\n");
        fs::remove_file(&path).unwrap();
        fs::remove_file(&backup).unwrap();
    }

    #[test]
    fn a_part_of_a_line_is_removed_before_the_next_one() {
        for (before, after) in [
            ("", "new\n"),
            ("one\n", "one\nnew\n"),
            ("one\ntw", "one\nnew\n"),
            ("on", "new\n"),
        ] {
            let path = fresh("part");
            fs::write(&path, before).unwrap();
            let mut log = Log::open(&path).unwrap();
            log.add([b"new\n".as_slice()].into_iter()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), after);
            let long = format!("one\n{}", "x".repeat(10_000));
            fs::write(&path, long).unwrap();
            drop(log);
            assert_eq!(Log::open(&path).unwrap().bytes, 4);
            fs::remove_file(&path).unwrap();
        }
    }

    #[test]
    fn two_gateways_do_not_share_a_file() {
        let path = fresh("shared");
        let _first = Log::open(&path).unwrap();
        let wrong = Log::open(&path).err().unwrap();
        assert!(wrong.contains("each gateway needs its own"), "{wrong}");
        fs::remove_file(&path).unwrap();
    }
}
