//! Replaces `audit`: a log without lines. A log keeps its paths, which a host can read back, and removes
//! the files of an earlier build.

#![allow(
    missing_docs,
    reason = "the documentation is that of the replaced items"
)]

#[path = "../audit/error.rs"]
mod error;

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{
    off::ignored,
    util::fs::{beside, remove},
};

pub use self::error::AuditError;
pub use crate::product::audit_format::AuditFormat;

#[derive(Debug)]
pub struct AuditLog {
    path: PathBuf,
    backup: PathBuf,
}

impl AuditLog {
    pub const DEFAULT_CAP: u64 = 10 * 1024 * 1024;

    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self {
            backup: beside(&path, ".1"),
            path,
        }
    }

    #[must_use]
    pub fn backup(mut self, path: impl Into<PathBuf>) -> Self {
        self.backup = path.into();
        self
    }

    ignored! { cap(u64) }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    #[must_use]
    pub fn backup_path(&self) -> &Path {
        &self.backup
    }

    #[must_use]
    pub fn written(&self) -> u64 {
        0
    }

    #[must_use]
    pub fn not_written(&self) -> u64 {
        0
    }

    /// Writes nothing: a log holds accepted events, and no event is accepted.
    pub fn append(&self, _: &[u8]) -> Result<(), AuditError> {
        Ok(())
    }

    pub fn remove(&self) -> io::Result<()> {
        let log = remove(&self.path);
        remove(&self.backup).and(log)
    }
}
