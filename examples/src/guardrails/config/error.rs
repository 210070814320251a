//! Reasons why a file does not hold a loaded configuration.

use std::{error::Error, fmt, io, path::PathBuf};

use super::RailsConfig;

/// A file that does not hold a loaded configuration.
///
/// Nothing is reported for it. The text is for the user who named the file: it may quote a value of
/// the file and must never become part of an event.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    Unreadable {
        /// The path as it was given.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The file is larger than [`RailsConfig::MAX_BYTES`].
    TooLarge {
        /// The path as it was given.
        path: PathBuf,
    },
    /// The content is not a loaded configuration.
    Invalid {
        /// The path as it was given.
        path: PathBuf,
        /// The first mistake and its position.
        source: serde_json::Error,
    },
    /// The content starts with a byte order mark, which JSON does not allow.
    ByteOrderMark {
        /// The path as it was given.
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
