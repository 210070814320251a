//! Writing the answer: whole or not at all.
//!
//! Must never leave half a file, not after a kill and not among many writers, never take away what
//! a person wrote into the file, and never fail its host. The text is merged into what is there,
//! written to a new file of mode 0600 in the same folder, synced and renamed over the old one. The
//! rename replaces a symbolic link itself, so nothing outside that folder is ever written to; a
//! folder, FIFO or device in the place of the file is left alone.
//!
//! A text that cannot be merged (no TOML, or `telemetry` is no table) is set aside beside the file,
//! as `<name>.replaced`, before a new file takes its place.

use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    time::SystemTime,
};

use toml_edit::{DocumentMut, Item, Table, TableLike, Value};

use super::{
    Answer,
    file::{ConsentFile, Contents, StoredConsent, TABLE, parse},
};
use crate::{
    util::fs::{Links, beside, create_folder_of, open_regular},
    wire::timestamp::Timestamp,
};

/// Why an answer was not stored. The file is as it was.
#[derive(Debug)]
#[non_exhaustive]
pub enum WriteError {
    /// What is in the place of the file could not be read, or is a folder, a FIFO or a device.
    Existing(io::Error),
    /// The file has more than 64 KiB: it is not one that this program wrote.
    TooLarge,
    /// The folder could not be created.
    Folder(io::Error),
    /// The new file could not be written or not be put in place.
    Write(io::Error),
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Existing(_) => "what is in the place of the consent file cannot be read",
            Self::TooLarge => "the consent file has more than 64 KiB",
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
    /// Stores an answer that was given at `now`, to the prompt of this version.
    ///
    /// The folder is created (mode 0700) when it is missing. Keys and comments that are already in
    /// the file stay.
    ///
    /// # Errors
    ///
    /// [`WriteError`]; then the file is as it was.
    pub fn write(&self, answer: Answer, now: SystemTime) -> Result<(), WriteError> {
        let existing = match self.contents().map_err(WriteError::Existing)? {
            Contents::Missing => Vec::new(),
            Contents::Complete(bytes) => bytes,
            Contents::TooLarge => return Err(WriteError::TooLarge),
        };
        create_folder_of(self.path()).map_err(WriteError::Folder)?;
        let text = match self.merge(&existing, answer, now) {
            Some(text) => text,
            None => {
                replace(&self.replaced_path(), &existing).map_err(WriteError::Write)?;
                self.new_file(self.commented_header(), answer, now)
            }
        };
        replace(self.path(), text.as_bytes()).map_err(WriteError::Write)?;
        Ok(())
    }

    /// The file with the answer in it; `None` where that would lose something of it.
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
        // Only a text that reads back as this answer is written.
        match (self.classify(text.as_bytes()), answer) {
            (StoredConsent::Yes { .. }, Answer::Yes) | (StoredConsent::No { .. }, Answer::No) => {
                Some(text)
            }
            _ => None,
        }
    }

    /// A file with nothing but `start` and the answer.
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

/// Sets a key; the comments above it and behind its old value stay.
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

/// RFC 3339 in UTC, cut to the second.
fn rfc3339_seconds(at: SystemTime) -> String {
    let timestamp = Timestamp::from(at);
    let (seconds, _) = timestamp.as_str().split_once('.').unwrap_or_default();
    format!("{seconds}Z")
}

/// Puts a file of these bytes in the place of `path`, in one step.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut temp = TempFile::create(path)?;
    temp.file.write_all(bytes)?;
    temp.file.sync_all()?;
    fs::rename(&temp.path, path)?;
    temp.renamed = true;
    sync_parent(path);
    Ok(())
}

/// A file on its way; removed unless it gets into place.
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
        let file = open_regular(&path, options, Links::Refuse)?;
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
            // The error that brought us here is the one that is reported.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Makes the rename last. Where folders cannot be synced it lasts when the system gets to it.
fn sync_parent(path: &Path) {
    if cfg!(unix)
        && let Some(folder) = path.parent()
        && let Ok(folder) = File::open(folder)
    {
        let _ = folder.sync_all();
    }
}
