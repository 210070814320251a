//! Why there is nothing to report about a configuration.

use std::path::PathBuf;
use std::{fmt, io};

use super::yaml::YamlError;

/// A configuration that the original refuses, or that cannot be read.
///
/// No event is sent for it. The text is for a person in front of a log: it can name paths and flows
/// and must never become part of an event.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConfigError {
    /// The path is neither a folder nor a YAML file.
    NotAConfiguration(PathBuf),
    /// A file or folder could not be read, or is not UTF-8.
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file is not YAML that holds one mapping.
    Yaml {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        source: YamlError,
    },
    /// A field has a value that it cannot have.
    Field(String),
    /// A model is not named exactly once, or its key is not in the environment.
    Model(&'static str),
    /// A rail lacks the prompt or the model that it needs.
    Rail(String),
    /// A Colang file does not parse.
    Colang {
        /// Which.
        path: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// There are Colang files for a version that no parser exists for.
    ColangVersion(String),
    /// An import path leads nowhere.
    Import(String),
    /// One of the tables built into the program is broken.
    Table(&'static str),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAConfiguration(path) => {
                write!(f, "{} is neither a folder nor a YAML file", path.display())
            }
            Self::Unreadable { path, .. } => write!(f, "cannot read {}", path.display()),
            Self::Yaml { path, .. } => write!(f, "{} is not usable YAML", path.display()),
            Self::Field(what) => write!(f, "invalid configuration: {what}"),
            Self::Model(reason) => write!(f, "invalid model: {reason}"),
            Self::Rail(reason) => write!(f, "incomplete rail: {reason}"),
            Self::Colang { path, reason } => write!(f, "{path} does not parse: {reason}"),
            Self::ColangVersion(version) => write!(f, "no parser for Colang {version}"),
            Self::Import(path) => write!(f, "import path {path} leads nowhere"),
            Self::Table(name) => write!(f, "the built-in table {name} is broken"),
        }
    }
}

impl std::error::Error for ConfigError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { source, .. } => Some(source),
            Self::Yaml { source, .. } => Some(source),
            _ => None,
        }
    }
}
