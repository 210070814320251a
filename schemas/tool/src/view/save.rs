//! The file of `--save`.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::json::Node;

/// A file that gets every envelope as a line of JSON.
pub(super) struct Saved {
    path: PathBuf,
    file: File,
    lines: u64,
    error: Option<String>,
}

impl Saved {
    /// Opens the file for lines at its end. Only its owner can read it.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        // A file that exists may have another mode. A device or a pipe keeps its own.
        #[cfg(unix)]
        if file.metadata()?.is_file() {
            file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            lines: 0,
            error: None,
        })
    }

    /// Writes a line. After an error nothing more is written, so that the file has no gap.
    pub(super) fn write(&mut self, envelope: &Node) {
        if self.error.is_some() {
            return;
        }
        let mut line = envelope.to_value().to_string();
        line.push('\n');
        match self.file.write_all(line.as_bytes()) {
            Ok(()) => self.lines += 1,
            Err(error) => self.error = Some(error.to_string()),
        }
    }

    pub(super) fn mistake(&self) -> Option<String> {
        let error = self.error.as_ref()?;
        let (path, lines) = (self.path.display(), self.lines);
        Some(format!(
            "`{path}` cannot be written after {lines} envelopes: {error}"
        ))
    }

    pub(super) fn as_json(&self) -> Value {
        json!({
            "file": self.path.display().to_string(),
            "lines": self.lines,
            "error": self.error,
        })
    }
}
