//! Errors of reading a loaded configuration.

use std::{error::Error, fmt, io, path::PathBuf};

use super::RailsConfig;

/// A file does not contain a loaded configuration.
///
/// The message is for the user only: it can quote a value from the file and must never enter an event.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    Unreadable {
        /// Path of the file.
        path: PathBuf,
        /// Error of the operating system.
        source: io::Error,
    },
    /// The file is larger than [`RailsConfig::MAX_BYTES`].
    TooLarge {
        /// Path of the file.
        path: PathBuf,
    },
    /// The content is not a loaded configuration.
    Invalid {
        /// Path of the file.
        path: PathBuf,
        /// First error and its position.
        source: serde_json::Error,
    },
    /// The content starts with a byte order mark, which JSON does not allow.
    ByteOrderMark {
        /// Path of the file.
        path: PathBuf,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, .. } => write!(f, "cannot read {}", path.display()),
            Self::TooLarge { path } => {
                let most = RailsConfig::MAX_BYTES;
                write!(f, "{} is larger than {most} bytes", path.display())
            }
            Self::Invalid { path, .. } => {
                write!(f, "{} is not a loaded configuration", path.display())
            }
            Self::ByteOrderMark { path } => write!(
                f,
                "{} starts with a byte order mark: save it as UTF-8 without one",
                path.display()
            ),
        }
    }
}

impl Error for ConfigError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unreadable { source, .. } => Some(source),
            Self::Invalid { source, .. } => Some(source),
            Self::TooLarge { .. } | Self::ByteOrderMark { .. } => None,
        }
    }
}
