//! What a person tells Anonymizer to do: the configuration file.

use std::collections::BTreeMap;

use serde_json::Value;
use telemetry_runtime::Label;

/// What becomes of an entity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strategy {
    /// Its kind is written beside it.
    Annotate,
    /// Its kind stands in its place.
    #[default]
    Redact,
    /// A hash stands in its place.
    Hash,
    /// A model invents something in its place.
    Substitute,
    /// A model rewrites the whole text.
    Rewrite,
}

impl Strategy {
    /// All of them, in the order of their declaration.
    pub const ALL: [Self; 5] = [
        Self::Annotate,
        Self::Redact,
        Self::Hash,
        Self::Substitute,
        Self::Rewrite,
    ];

    /// Its name, in the configuration and in the event.
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

    /// The strategy of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
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
    /// What becomes of an entity.
    pub strategy: Strategy,
    /// Whether a summary of the data is given. The event says whether, never what.
    pub data_summary: bool,
    /// Whether a privacy goal is given.
    pub privacy_goal: bool,
    /// Whether instructions for substitutes are given.
    pub substitute_instructions: bool,
    /// Greatest number of repairs of a rewrite.
    pub max_repair_iterations: u32,
    /// Whether a rewrite must not keep any entity.
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
    /// The settings of a configuration file: a JSON object, each key as here, all of them optional;
    /// `models` maps steps to an alias or a list of aliases, `providers` is a list of addresses, and
    /// the three texts `data_summary`, `privacy_goal` and `substitute_instructions` are texts.
    ///
    /// # Errors
    ///
    /// A sentence when the file is no such object.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let file: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let file = file.as_object().ok_or("the configuration is no object")?;
        let mut settings = Self::default();
        for (key, value) in file {
            let fits = match key.as_str() {
                "emit_telemetry" => value.as_bool().map(|it| settings.emit_telemetry = it),
                "strategy" => value
                    .as_str()
                    .and_then(Strategy::named)
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
                _ => return Err(format!("the configuration has no key `{key}`")),
            };
            fits.ok_or_else(|| format!("`{key}` of the configuration is not what it must be"))?;
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

/// A text, or a list of them.
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
    fn a_configuration_is_read_whole_or_refused() {
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
