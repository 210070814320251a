//! Compares files with the declarations and writes them.
//!
//! **Invariants.** A file is replaced completely or not at all. A current file is never written: build
//! systems that track it would rebuild.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use super::{difference::Difference, expiry::Day, registry::Registry};
use crate::event::descriptor::EventDescriptor;

/// A file that differs from the declarations or cannot be read, or an event that has expired.
///
/// Its `Debug` form is the message with the cause, so that a test which unwraps the result prints
/// the instructions.
#[non_exhaustive]
pub enum CheckError {
    /// The file cannot be read.
    Unreadable {
        /// The expected document.
        document: Document,
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The file has different content.
    Stale {
        /// The expected document.
        document: Document,
        /// The file.
        path: PathBuf,
        /// The different lines.
        difference: Difference,
    },
    /// The last day of events, `expires`, has passed.
    Expired {
        /// The events.
        events: Vec<&'static EventDescriptor>,
    },
}

/// A document that is rendered from the declarations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Document {
    /// The registry document: the JSON Schema of all events.
    Events,
    #[doc = include_str!("../../docs/lock.md")]
    Lock,
    /// The JSON Schema of the envelope, the outer object of one POST.
    Envelope,
    /// The [privacy report](Registry::privacy_report) as Markdown.
    Privacy,
}

impl Document {
    /// The option of the schema tool that selects this document.
    pub(super) const fn option(self) -> Option<&'static str> {
        match self {
            Self::Events => None,
            Self::Lock => Some("--lock"),
            Self::Envelope => Some("--envelope"),
            Self::Privacy => Some("--privacy"),
        }
    }
}

impl Registry {
    /// Compares the file at `path` with the document, and `expires` of the events with the date.
    /// Intended for a test.
    ///
    /// Tests run in the folder of their package, so a relative path starts there.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or is different, or if an event has expired: the current date (UTC)
    /// is after its `expires`. The message contains the different lines and the arguments with which
    /// the schema tool rewrites the file, or the events. The envelope has no events.
    pub fn check(&self, document: Document, path: impl AsRef<Path>) -> Result<(), CheckError> {
        self.check_at(document, path.as_ref(), SystemTime::now())
    }

    pub(super) fn check_at(
        &self,
        document: Document,
        path: &Path,
        now: SystemTime,
    ) -> Result<(), CheckError> {
        self.compare(document, path)?;
        let events = self.expired_before(&Day::of(now));
        match document {
            Document::Events | Document::Lock | Document::Privacy if !events.is_empty() => {
                Err(CheckError::Expired { events })
            }
            _ => Ok(()),
        }
    }

    fn compare(&self, document: Document, path: &Path) -> Result<(), CheckError> {
        let found = fs::read(path).map_err(|source| CheckError::Unreadable {
            document,
            path: path.to_owned(),
            source,
        })?;
        let found = String::from_utf8_lossy(&found);
        match Difference::between(&self.content(document), &found) {
            None => Ok(()),
            Some(difference) => Err(CheckError::Stale {
                document,
                path: path.to_owned(),
                difference,
            }),
        }
    }

    /// Writes the document to `path` atomically, and creates its folder if it is missing. Returns
    /// false if the file was already current.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn write(&self, document: Document, path: impl AsRef<Path>) -> io::Result<bool> {
        write(path.as_ref(), &self.content(document))
    }

    fn content(&self, document: Document) -> String {
        match document {
            Document::Events => self.json_schema(),
            Document::Lock => self.lock(),
            Document::Envelope => self.envelope_json_schema(),
            Document::Privacy => self.privacy_report().to_string(),
        }
    }
}

fn write(path: &Path, text: &str) -> io::Result<bool> {
    if fs::read(path).is_ok_and(|found| found == text.as_bytes()) {
        return Ok(false);
    }
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        fs::create_dir_all(folder)?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    let written = fs::write(&temporary, text).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // The first error is returned.
        let _ = fs::remove_file(&temporary);
    }
    written.map(|()| true)
}

impl fmt::Debug for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable {
                document,
                path,
                source,
            } => {
                writeln!(f, "cannot read `{}`: {source}", path.display())?;
                write_help(f, *document, path)
            }
            Self::Stale { .. } | Self::Expired { .. } => write!(f, "{self}"),
        }
    }
}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { document, path, .. } => {
                writeln!(f, "cannot read `{}`", path.display())?;
                write_help(f, *document, path)
            }
            Self::Stale {
                document,
                path,
                difference,
            } => {
                let (shown, line) = (path.display(), difference.line);
                writeln!(f, "`{shown}` differs from the declarations at line {line}")?;
                writeln!(f, "{difference}")?;
                if difference.has_carriage_returns() {
                    let name = path.file_name().unwrap_or_default().display();
                    writeln!(
                        f,
                        "help: lines end in CRLF; if git writes them, add `{name} text eol=lf` to `.gitattributes`"
                    )?;
                }
                write_help(f, *document, path)
            }
            Self::Expired { events } => {
                for event in events {
                    let (name, last) = (event.name, event.expires.unwrap_or_default());
                    writeln!(f, "event `{name}` has expired: its last day was {last}")?;
                }
                f.write_str(
                    "help: review the data again, then set a later `expires`, or remove the event",
                )
            }
        }
    }
}

/// The arguments with which the schema tool writes the file.
fn write_help(f: &mut fmt::Formatter<'_>, document: Document, path: &Path) -> fmt::Result {
    f.write_str("help: to rewrite it, run the schema tool with `write ")?;
    if let Some(option) = document.option() {
        write!(f, "{option} ")?;
    }
    write!(f, "{}`", path.display())
}

impl std::error::Error for CheckError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { source, .. } => Some(source),
            Self::Stale { .. } | Self::Expired { .. } => None,
        }
    }
}
