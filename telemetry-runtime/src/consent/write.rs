//! Writes the answer to the consent file, atomically.
//!
//! **Invariants.** The file is always complete, even after a kill and with many writers. Text that
//! the user wrote into it is never lost. Writing never panics.
//!
//! The answer is merged into the existing text, written to a new file of mode 0600 in the same
//! folder, synced and renamed over the old file. The rename replaces a symbolic link itself, so no
//! file outside that folder is written. A folder, FIFO or device at the path is left alone.
//!
//! A text that the answer cannot be merged into (not TOML, or `telemetry` is not a table) is first
//! copied to `<name>.replaced`, or `<name>.replaced.1` to `.9` if that name is in use; then a new file
//! replaces it.
//!
//! A file that is itself a mount point, as in a container, cannot be replaced. It is written in place.

use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    path::{Path, PathBuf},
    time::SystemTime,
};

use toml_edit::{DocumentMut, Item, Table, TableLike, Value};

use super::{
    Answer,
    file::{ConsentFile, Contents, StoredConsent, TABLE, parse},
};
use crate::{
    util::{
        fs::{beside, open_regular},
        own_folder::create_folder_of,
        platform::files::sync_folder,
    },
    wire::timestamp::Timestamp,
};

/// The reason why an answer was not stored. The file is unchanged.
#[derive(Debug)]
#[non_exhaustive]
pub enum WriteError {
    /// The existing file could not be read, or its path is a folder, a FIFO or a device.
    Existing(io::Error),
    /// The existing file is larger than 64 KiB, so this program did not write it.
    TooLarge,
    /// The folder could not be created.
    Folder(io::Error),
    /// The new file could not be written or renamed.
    Write(io::Error),
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Existing(_) => "the existing consent file cannot be read",
            Self::TooLarge => "the consent file is larger than 64 KiB",
            Self::Folder(_) => "the folder of the consent file cannot be created",
            Self::Write(_) => "the consent file cannot be written",
        })
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Existing(error) | Self::Folder(error) | Self::Write(error) => Some(error),
            Self::TooLarge => None,
        }
    }
}

impl ConsentFile {
    /// Stores an answer to this version of the prompt that was given at `now`.
    ///
    /// A missing folder is created with mode 0700. Other keys and comments in the file are kept. An
    /// answer in a [previous file](super::ProductConsent::previous_file) is replaced, too.
    ///
    /// # Errors
    ///
    /// [`WriteError`]; the file is then unchanged. A no is stored even if a previous file cannot be
    /// written. A yes is not, if that file contains a no.
    pub fn write(&self, answer: Answer, now: SystemTime) -> Result<(), WriteError> {
        for file in self.previous_files() {
            let stored = file.read_alone();
            if stored == StoredConsent::Absent {
                continue;
            }
            let written = file.write_alone(answer, now);
            if answer == Answer::Yes && stored.answer() == Some(Answer::No) {
                written?;
            }
        }
        self.write_alone(answer, now)
    }

    fn write_alone(&self, answer: Answer, now: SystemTime) -> Result<(), WriteError> {
        let existing = match self.contents().map_err(WriteError::Existing)? {
            Contents::Missing => Vec::new(),
            Contents::Complete(bytes) => bytes,
            Contents::TooLarge => return Err(WriteError::TooLarge),
        };
        create_folder_of(self.path()).map_err(WriteError::Folder)?;
        let text = match self.merge(&existing, answer, now) {
            Some(text) => text,
            None => {
                self.preserve(&existing).map_err(WriteError::Write)?;
                self.new_file(self.commented_header(), answer, now)
            }
        };
        replace(self.path(), text.as_bytes()).map_err(WriteError::Write)?;
        Ok(())
    }

    /// Copies a text that cannot be merged into a new file beside the consent file. Other files and
    /// folders of those names are kept.
    fn preserve(&self, text: &[u8]) -> io::Result<()> {
        for path in self.replaced_paths() {
            match fs::symlink_metadata(&path) {
                Err(error) if error.kind() == ErrorKind::NotFound => return replace(&path, text),
                Ok(found) if found.is_file() && has_content(&path, text) => return Ok(()),
                _ => {}
            }
        }
        // All names are taken. A name that is not in use keeps the answer storable.
        let suffix = format!(".replaced-{:016x}", fastrand::u64(..));
        replace(&beside(self.path(), &suffix), text)
    }

    /// The existing text with the answer; `None` if part of the text would be lost.
    fn merge(&self, existing: &[u8], answer: Answer, now: SystemTime) -> Option<String> {
        let mut document = parse(existing)?;
        if document.is_empty() {
            let comments = document.to_string();
            let start = match comments.trim_end() {
                "" => self.commented_header(),
                comments => format!("{comments}\n"),
            };
            return Some(self.new_file(start, answer, now));
        }
        let table = document.entry(TABLE).or_insert_with(|| {
            let mut table = Table::new();
            table.decor_mut().set_prefix("\n");
            Item::Table(table)
        });
        for (key, text) in self.entries(answer, now) {
            set_entry(table.as_table_like_mut()?, key, text);
        }
        let text = document.to_string();
        // Write only a text that reads back as this answer.
        match (self.classify(text.as_bytes()), answer) {
            (StoredConsent::Yes { .. }, Answer::Yes) | (StoredConsent::No { .. }, Answer::No) => {
                Some(text)
            }
            _ => None,
        }
    }

    /// The text of a file with only `start` and the answer.
    fn new_file(&self, start: String, answer: Answer, now: SystemTime) -> String {
        let mut table = Table::new();
        for (key, text) in self.entries(answer, now) {
            set_entry(&mut table, key, text);
        }
        let mut document = DocumentMut::new();
        document.insert(TABLE, Item::Table(table));
        start + &document.to_string()
    }

    fn commented_header(&self) -> String {
        let lines = self.header_lines().lines();
        lines.map(|line| format!("# {line}\n")).collect()
    }

    fn entries(&self, answer: Answer, now: SystemTime) -> [(&'static str, String); 3] {
        [
            ("consent", answer.as_str().to_owned()),
            ("consented_at", rfc3339_seconds(now)),
            ("prompt_version", self.prompt_version().to_owned()),
        ]
    }
}

/// Sets a key. Comments above the key and after its old value are kept.
fn set_entry(table: &mut dyn TableLike, key: &str, text: String) {
    let mut value = Value::from(text);
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        None => {
            table.insert(key, Item::Value(value));
        }
    }
}

/// RFC 3339 in UTC, truncated to seconds.
fn rfc3339_seconds(at: SystemTime) -> String {
    let timestamp = Timestamp::from(at);
    let (seconds, _) = timestamp.as_str().split_once('.').unwrap_or_default();
    format!("{seconds}Z")
}

/// Replaces the file at `path` atomically. A file that cannot be replaced, because it is a mount point
/// or because its folder is read-only, is written in place.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut temp = match TempFile::create(path) {
        Err(error) if is_read_only(&error) => {
            return write_in_place(path, bytes).map_err(|_| error);
        }
        temp => temp?,
    };
    temp.file.write_all(bytes)?;
    temp.file.sync_all()?;
    match fs::rename(&temp.path, path) {
        // The new text stays in the temporary file until it is complete in this one.
        Err(error) if error.kind() == ErrorKind::ResourceBusy => {
            return write_in_place(path, bytes);
        }
        renamed => renamed?,
    }
    temp.renamed = true;
    if let Some(folder) = path.parent() {
        sync_folder(folder);
    }
    Ok(())
}

/// True if the file contains exactly these bytes.
fn has_content(path: &Path, bytes: &[u8]) -> bool {
    let mut options = OpenOptions::new();
    options.read(true);
    let mut found = Vec::new();
    let longest = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    open_regular(path, options)
        .and_then(|file| file.take(longest.saturating_add(1)).read_to_end(&mut found))
        .is_ok_and(|_| found == bytes)
}

fn is_read_only(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem
    )
}

/// Writes an existing regular file. A write that is interrupted leaves the start of the text, which is
/// never a yes.
fn write_in_place(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true);
    let mut file = open_regular(path, options)?;
    file.set_len(0)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A temporary file, which is removed unless it was renamed to its target.
struct TempFile {
    path: PathBuf,
    file: File,
    renamed: bool,
}

impl TempFile {
    fn create(target: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        let name = format!(".{}-{:016x}.tmp", std::process::id(), fastrand::u64(..));
        let path = beside(target, &name);
        let file = open_regular(&path, options)?;
        Ok(Self {
            path,
            file,
            renamed: false,
        })
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        if !self.renamed {
            // The error that led here is already reported.
            let _ = fs::remove_file(&self.path);
        }
    }
}
