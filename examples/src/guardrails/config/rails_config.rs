//! The part of a loaded configuration that telemetry reads.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use serde::{Deserialize, Deserializer, de::IgnoredAny};
use serde_json::{Map, Value};

use super::ConfigError;

/// A loaded configuration, in the format of `RailsConfig.model_dump(mode="json")`.
///
/// All fields here are required; others are ignored.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct RailsConfig {
    /// Version of Colang.
    pub colang_version: String,
    /// All models.
    pub models: Vec<Model>,
    /// Number of documents of the knowledge base.
    #[serde(deserialize_with = "count")]
    pub docs: usize,
    /// All flows, including those of Guardrails.
    pub flows: Vec<Flow>,
    /// All rails.
    pub rails: Rails,
    /// Tracing.
    pub tracing: Switch,
}

/// A model of a [`RailsConfig`].
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Model {
    /// Name of the integration; empty if it is not set.
    pub engine: String,
}

/// A flow of a [`RailsConfig`].
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Flow {
    /// Whether it is a flow of Guardrails.
    pub is_system_flow: bool,
    /// Whether its file belongs to the Colang library that Guardrails includes.
    pub library: bool,
}

/// The rails of a [`RailsConfig`].
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Rails {
    /// Sections of the built-in features. An absent section has its default.
    pub config: Map<String, Value>,
    /// Rails for the input.
    pub input: Rail,
    /// Rails for the output.
    pub output: OutputRail,
    /// Rails for retrieved text.
    pub retrieval: Rail,
    /// Rails for the output of tools.
    pub tool_output: Rail,
    /// Rails for the input of tools.
    pub tool_input: Rail,
    /// Dialog.
    pub dialog: Dialog,
}

/// One rail.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Rail {
    /// Flows in the order of the configuration, with their arguments.
    pub flows: Vec<String>,
}

/// The output rail.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct OutputRail {
    /// Flows in the order of the configuration, with their arguments.
    pub flows: Vec<String>,
    /// Streaming of the output.
    pub streaming: Switch,
}

/// Dialog rails.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Dialog {
    /// One call of the model for all steps.
    pub single_call: Switch,
}

/// A part that is enabled or disabled.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Switch {
    /// Whether it is enabled.
    pub enabled: bool,
}

impl RailsConfig {
    /// Maximum size of a file in bytes. The largest recorded configuration has 20 KB.
    pub const MAX_BYTES: u64 = 8 << 20;

    /// Reads the JSON file at `path`, on the caller's thread.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, exceeds [`MAX_BYTES`](Self::MAX_BYTES) or does not hold a
    /// loaded configuration.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let path_buf = || path.to_owned();
        let text = read_bounded(path).map_err(|source| ConfigError::Unreadable {
            path: path_buf(),
            source,
        })?;
        let Some(text) = text else {
            return Err(ConfigError::TooLarge { path: path_buf() });
        };
        if text.starts_with(b"\xef\xbb\xbf") {
            return Err(ConfigError::ByteOrderMark { path: path_buf() });
        }
        serde_json::from_slice(&text).map_err(|source| ConfigError::Invalid {
            path: path_buf(),
            source,
        })
    }
}

/// The content of a file; `None` if it exceeds [`RailsConfig::MAX_BYTES`].
fn read_bounded(path: &Path) -> io::Result<Option<Vec<u8>>> {
    // Opening a pipe could block forever.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    let mut text = Vec::new();
    let limit = RailsConfig::MAX_BYTES + 1;
    let read = File::open(path)?.take(limit).read_to_end(&mut text)?;
    Ok((u64::try_from(read) != Ok(limit)).then_some(text))
}

/// The length of a list; `null` counts as an empty list.
fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    let list: Option<Vec<IgnoredAny>> = Deserialize::deserialize(deserializer)?;
    Ok(list.unwrap_or_default().len())
}
