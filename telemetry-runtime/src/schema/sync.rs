//! Files that must equal what the declarations say.
//!
//! A file is replaced as a whole or not at all, and never touched when it is current: builds that
//! track it would run again.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use super::registry::Registry;

/// A file is not what the declarations say. Its `Debug` form is the message as well,
/// with the cause: a test that unwraps it says what to do.
#[non_exhaustive]
pub enum CheckError {
    /// The file cannot be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file says something else.
    Stale {
        /// The file.
        path: PathBuf,
        /// The first line that differs.
        difference: Difference,
        /// The command that refreshes the file.
        refresh: Option<String>,
    },
}

/// The first line in which two texts differ.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// Number of the line, from 1.
    pub line: usize,
    /// What the declarations say; `None` when the text should have ended.
    pub expected: Option<String>,
    /// What the file says; `None` when it ends before.
    pub found: Option<String>,
}

impl Registry {
    /// Compares the file at `path` with the registry document: a line in a test.
    ///
    /// A test runs in the folder of its package, so a relative path starts there, and the command in
    /// the message is for that folder.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or differs; the message names the first line that differs and
    /// the command that refreshes the file.
    pub fn check(&self, path: impl AsRef<Path>) -> Result<(), CheckError> {
        check(
            path.as_ref(),
            &self.document(),
            self.refresh("write", path.as_ref()),
        )
    }

    /// Writes the registry document to `path`, atomically; false when the file was current already.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn write(&self, path: impl AsRef<Path>) -> io::Result<bool> {
        write(path.as_ref(), &self.document())
    }

    /// As [`check`](Self::check), for the envelope's document.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or differs.
    pub fn check_envelope(&self, path: impl AsRef<Path>) -> Result<(), CheckError> {
        let refresh = self.refresh("write --envelope", path.as_ref());
        check(path.as_ref(), &self.envelope_document(), refresh)
    }

    /// As [`write`](Self::write), for the envelope's document.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn write_envelope(&self, path: impl AsRef<Path>) -> io::Result<bool> {
        write(path.as_ref(), &self.envelope_document())
    }

    /// As [`check`](Self::check), for the text of the [privacy report](Self::privacy_report).
    ///
    /// # Errors
    ///
    /// When the file cannot be read or differs.
    pub fn check_privacy_report(&self, path: impl AsRef<Path>) -> Result<(), CheckError> {
        let refresh = self.refresh("write --privacy", path.as_ref());
        check(path.as_ref(), &self.privacy_report().to_string(), refresh)
    }

    /// As [`write`](Self::write), for the text of the [privacy report](Self::privacy_report).
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn write_privacy_report(&self, path: impl AsRef<Path>) -> io::Result<bool> {
        write(path.as_ref(), &self.privacy_report().to_string())
    }

    fn refresh(&self, verb: &str, path: &Path) -> Option<String> {
        let tool = self.declared.tool?;
        Some(format!("{tool} {verb} {}", path.display()))
    }
}

fn check(path: &Path, expected: &str, refresh: Option<String>) -> Result<(), CheckError> {
    let found = fs::read(path).map_err(|source| CheckError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let found = String::from_utf8_lossy(&found);
    match Difference::between(expected, &found) {
        None => Ok(()),
        Some(difference) => Err(CheckError::Stale {
            path: path.to_owned(),
            difference,
            refresh,
        }),
    }
}

fn write(path: &Path, text: &str) -> io::Result<bool> {
    if fs::read(path).is_ok_and(|found| found == text.as_bytes()) {
        return Ok(false);
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    let written = fs::write(&temporary, text).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // The error that matters is the first one.
        let _ = fs::remove_file(&temporary);
    }
    written.map(|()| true)
}

impl Difference {
    pub(super) fn between(expected: &str, found: &str) -> Option<Self> {
        if expected == found {
            return None;
        }
        // With their line feeds: a missing one at the end is a difference too.
        let mut expected = expected.split_inclusive('\n');
        let mut found = found.split_inclusive('\n');
        let mut line = 0;
        loop {
            line += 1;
            let (expected, found) = (expected.next(), found.next());
            if expected != found || expected.is_none() {
                return Some(Self {
                    line,
                    expected: expected.map(str::to_owned),
                    found: found.map(str::to_owned),
                });
            }
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |line: &Option<String>| match line {
            Some(line) => line
                .strip_suffix('\n')
                .map_or_else(|| format!("{line} (no line feed)"), str::to_owned),
            None => "end of file".to_owned(),
        };
        writeln!(f, "  expected: {}", shown(&self.expected))?;
        write!(f, "  found:    {}", shown(&self.found))
    }
}

impl fmt::Debug for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { source, .. } => write!(f, "{self}: {source}"),
            Self::Stale { .. } => write!(f, "{self}"),
        }
    }
}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, .. } => write!(f, "cannot read `{}`", path.display()),
            Self::Stale {
                path,
                difference,
                refresh,
            } => {
                let (path, line) = (path.display(), difference.line);
                writeln!(f, "`{path}` differs from the declarations at line {line}")?;
                write!(f, "{difference}")?;
                match refresh {
                    Some(command) => write!(f, "\nhelp: refresh it with `{command}`"),
                    None => Ok(()),
                }
            }
        }
    }
}

impl std::error::Error for CheckError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { source, .. } => Some(source),
            Self::Stale { .. } => None,
        }
    }
}
