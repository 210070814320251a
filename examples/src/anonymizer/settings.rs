//! Settings of a run, read from the configuration file.

use std::collections::BTreeMap;

use serde_json::Value;
use telemetry_runtime::Label;

/// Treatment of an entity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strategy {
    /// Adds the kind of the entity after it.
    Annotate,
    /// Replaces the entity with its kind.
    #[default]
    Redact,
    /// Replaces the entity with a hash.
    Hash,
    /// Replaces the entity with a value that a model generates.
    Substitute,
    /// Rewrites the whole text with a model.
    Rewrite,
}

impl Strategy {
    /// All strategies, in the order of their declaration.
    pub const ALL: [Self; 5] = [
        Self::Annotate,
        Self::Redact,
        Self::Hash,
        Self::Substitute,
        Self::Rewrite,
    ];

    /// Name in the configuration and in the event.
    #[must_use]
    pub const fn label(self) -> Label {
        Label(match self {
            Self::Annotate => "annotate",
            Self::Redact => "redact",
            Self::Hash => "hash",
            Self::Substitute => "substitute",
            Self::Rewrite => "rewrite",
        })
    }

    /// The strategy with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|strategy| strategy.label().as_str() == name)
    }
}

/// The settings of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// False opts out of telemetry.
    pub emit_telemetry: bool,
    /// Treatment of an entity.
    pub strategy: Strategy,
    /// Whether a summary of the data is given. The summary itself is not kept.
    pub data_summary: bool,
    /// Whether a privacy goal is given.
    pub privacy_goal: bool,
    /// Whether instructions for substitutes are given.
    pub substitute_instructions: bool,
    /// Maximum number of repairs of a rewrite.
    pub max_repair_iterations: u32,
    /// Whether a rewrite must remove every entity.
    pub strict_entity_protection: bool,
    /// Aliases of the models by the step that uses them, such as `entity_detector`.
    pub models: BTreeMap<String, Vec<String>>,
    /// Addresses of the model providers.
    pub providers: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            emit_telemetry: true,
            strategy: Strategy::default(),
            data_summary: false,
            privacy_goal: false,
            substitute_instructions: false,
            max_repair_iterations: 3,
            strict_entity_protection: false,
            models: BTreeMap::new(),
            providers: Vec::new(),
        }
    }
}

impl Settings {
    /// Parses a configuration file: a JSON object with the names of the fields as optional keys.
    /// `models` maps steps to an alias or a list of aliases. `data_summary`, `privacy_goal` and
    /// `substitute_instructions` are strings.
    ///
    /// # Errors
    ///
    /// When the file is not such an object.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let file: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let file = file
            .as_object()
            .ok_or("the configuration is not a JSON object")?;
        let mut settings = Self::default();
        for (key, value) in file {
            let valid = match key.as_str() {
                "emit_telemetry" => value.as_bool().map(|it| settings.emit_telemetry = it),
                "strategy" => value
                    .as_str()
                    .and_then(Strategy::from_name)
                    .map(|it| settings.strategy = it),
                "data_summary" => is_given(value).map(|it| settings.data_summary = it),
                "privacy_goal" => is_given(value).map(|it| settings.privacy_goal = it),
                "substitute_instructions" => {
                    is_given(value).map(|it| settings.substitute_instructions = it)
                }
                "max_repair_iterations" => value
                    .as_u64()
                    .and_then(|it| u32::try_from(it).ok())
                    .map(|it| settings.max_repair_iterations = it),
                "strict_entity_protection" => value
                    .as_bool()
                    .map(|it| settings.strict_entity_protection = it),
                "models" => models(value).map(|it| settings.models = it),
                "providers" => texts(value).map(|it| settings.providers = it),
                _ => return Err(format!("unknown configuration key `{key}`")),
            };
            valid.ok_or_else(|| format!("invalid value of configuration key `{key}`"))?;
        }
        Ok(settings)
    }
}

fn is_given(text: &Value) -> Option<bool> {
    text.as_str().map(|text| !text.is_empty())
}

fn models(value: &Value) -> Option<BTreeMap<String, Vec<String>>> {
    let steps = value.as_object()?.iter();
    steps
        .map(|(step, aliases)| Some((step.clone(), texts(aliases)?)))
        .collect()
}

/// A string or a list of strings.
fn texts(value: &Value) -> Option<Vec<String>> {
    let list = match value {
        Value::Array(list) => list.as_slice(),
        one => std::slice::from_ref(one),
    };
    list.iter()
        .map(|text| text.as_str().map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalid_configuration_is_an_error() {
        let settings = Settings::from_json(
            r#"{"emit_telemetry": false, "strategy": "hash", "data_summary": "letters",
                "models": {"entity_validator": ["b", "a"], "entity_detector": "d"}}"#,
        )
        .unwrap();
        assert!(!settings.emit_telemetry && settings.data_summary && !settings.privacy_goal);
        assert_eq!(settings.strategy, Strategy::Hash);
        assert_eq!(settings.models["entity_validator"], ["b", "a"]);
        assert_eq!(Settings::from_json("{}"), Ok(Settings::default()));
        for wrong in [
            "[]",
            "{",
            r#"{"emit_telemetry": "false"}"#,
            r#"{"strategy": "burn"}"#,
            r#"{"emit": true}"#,
        ] {
            assert!(Settings::from_json(wrong).is_err(), "{wrong}");
        }
    }
}
