//! The part of a loaded configuration that telemetry reads.

use std::{
    fmt,
    fs::{self, File},
    io::{self, Read},
    marker::PhantomData,
    path::Path,
};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::{Map, Value};

use super::ConfigError;
use crate::input::is_utf16;

/// A loaded configuration, in the format of `RailsConfig.model_dump(mode="json")`.
///
/// All fields here are required; others are ignored.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct RailsConfig {
    /// Version of Colang.
    pub colang_version: String,
    /// All models.
    #[serde(deserialize_with = "objects")]
    pub models: Vec<Model>,
    /// Number of documents of the knowledge base.
    #[serde(deserialize_with = "count")]
    pub docs: usize,
    /// All flows, including those of Guardrails.
    #[serde(deserialize_with = "objects")]
    pub flows: Vec<Flow>,
    /// All rails.
    #[serde(deserialize_with = "object")]
    pub rails: Rails,
    /// Tracing.
    #[serde(deserialize_with = "object")]
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
    /// Sections of the built-in features. A missing section has its default value.
    pub config: Map<String, Value>,
    /// Rails for the input.
    #[serde(deserialize_with = "object")]
    pub input: Rail,
    /// Rails for the output.
    #[serde(deserialize_with = "object")]
    pub output: OutputRail,
    /// Rails for retrieved text.
    #[serde(deserialize_with = "object")]
    pub retrieval: Rail,
    /// Rails for the output of tools.
    #[serde(deserialize_with = "object")]
    pub tool_output: Rail,
    /// Rails for the input of tools.
    #[serde(deserialize_with = "object")]
    pub tool_input: Rail,
    /// Dialog.
    #[serde(deserialize_with = "object")]
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
    #[serde(deserialize_with = "object")]
    pub streaming: Switch,
}

/// Dialog rails.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Dialog {
    /// One call of the model for all steps.
    #[serde(deserialize_with = "object")]
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
        if text.starts_with(b"\xef\xbb\xbf") || is_utf16(&text) {
            return Err(ConfigError::ByteOrderMark { path: path_buf() });
        }
        let config: Result<Object<Self>, _> = serde_json::from_slice(&text);
        config
            .map(|config| config.0)
            .map_err(|source| ConfigError::Invalid {
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

/// A value that is read from an object only. Derived code also takes a list with the fields in order.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OnlyObject<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for OnlyObject<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }

        deserializer.deserialize_map(OnlyObject(PhantomData))
    }
}

fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Object::deserialize(deserializer).map(|object: Object<T>| object.0)
}

fn objects<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let objects: Vec<Object<T>> = Deserialize::deserialize(deserializer)?;
    Ok(objects.into_iter().map(|object| object.0).collect())
}

/// The length of a list; `null` counts as an empty list.
fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    let list: Option<Vec<IgnoredAny>> = Deserialize::deserialize(deserializer)?;
    Ok(list.unwrap_or_default().len())
}
