//! The reasons for which a line is not written.

use std::{
    fmt,
    io::{self, ErrorKind},
};

use crate::util::own_folder::is_not_private;

/// The reason why a line was not written to the audit log. It is already counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuditError {
    /// Other writers held the lock for too long.
    Busy,
    /// The text contains a line break, so it is not one line.
    NotOneLine,
    /// The file or its folder belongs to another user, or other users can write to it.
    NotPrivate,
    /// The root directory of the process has changed, so the path names another file.
    OtherRoot,
    /// The file, its folder or its backup could not be written: for example no space, no permission,
    /// or the path is a symbolic link or not a regular file.
    Unwritable(ErrorKind),
}

impl fmt::Display for AuditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("other writers held the audit log for too long"),
            Self::NotOneLine => f.write_str("the text for the audit log is not one line"),
            Self::NotPrivate => f.write_str(
                "the audit log or its folder belongs to another user, or other users can write to it",
            ),
            Self::OtherRoot => f.write_str("the root directory of the process has changed"),
            Self::Unwritable(kind) => write!(f, "the audit log cannot be written: {kind}"),
        }
    }
}

impl std::error::Error for AuditError {}

impl From<io::Error> for AuditError {
    fn from(error: io::Error) -> Self {
        if is_not_private(&error) {
            return Self::NotPrivate;
        }
        Self::Unwritable(error.kind())
    }
}
