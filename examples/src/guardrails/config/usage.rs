//! What is reported about a configuration.

use std::{borrow::Cow, collections::BTreeSet, path::Path};

use serde_json::Value as Json;
use telemetry_runtime::Label;

use super::error::ConfigError;
use super::load::{self, Loaded};
use super::schema::Schema;
use super::{fields, flows, rules};
use crate::guardrails::GuardrailsUsageEvent;

/// What is reported about a configuration: how much of what, and no text of a person but the names
/// of model providers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// The version of Colang as the configuration says it; `unknown` without a configuration.
    pub colang_version: String,
    /// The engines of all models, sorted by code point, each once.
    pub llm_providers: Vec<String>,
    /// How many flows all rails list, repeats and unknown names included.
    pub num_rails_configured: u64,
    /// The rails that list a flow, in the order of the original; `dialog` for a single call.
    pub rail_types_in_use: Vec<&'static str>,
    /// Whether tracing is on.
    pub tracing_enabled: bool,
    /// Whether there are documents.
    pub has_knowledge_base: bool,
    /// Whether the output rails stream.
    pub streaming_configured: bool,
    /// The built-in features in use, sorted.
    pub builtin_features: Vec<&'static str>,
    /// How many flows the configuration brings along.
    pub num_custom_flows: u64,
}

impl Usage {
    /// What is reported where there is no configuration.
    pub fn unknown() -> Self {
        Self {
            colang_version: "unknown".to_owned(),
            llm_providers: Vec::new(),
            num_rails_configured: 0,
            rail_types_in_use: Vec::new(),
            tracing_enabled: false,
            has_knowledge_base: false,
            streaming_configured: false,
            builtin_features: Vec::new(),
            num_custom_flows: 0,
        }
    }

    /// What is reported about the folder or YAML file at `path`.
    ///
    /// # Errors
    ///
    /// Where the original refuses the configuration, for which nothing is reported.
    pub fn from_path(path: &Path) -> Result<Self, ConfigError> {
        let schema = Schema::get()?;
        let loaded = load::load(path)?;
        let config = schema.validate(loaded.config.fields())?;
        rules::check(&config)?;
        Ok(Self {
            colang_version: text(&config, "/colang_version")
                .unwrap_or_default()
                .to_owned(),
            llm_providers: providers(&config),
            num_rails_configured: listed_flows(&config),
            rail_types_in_use: rail_types(&config),
            tracing_enabled: is_on(&config, "/tracing/enabled"),
            has_knowledge_base: has_knowledge_base(&loaded, &config),
            streaming_configured: is_on(&config, "/rails/output/streaming/enabled"),
            builtin_features: builtin_features(schema, &config)?,
            num_custom_flows: count(loaded.config.custom_flows() + loaded.colang_flows),
        })
    }
}

impl Usage {
    /// Puts what is reported into an event. A version of Colang that does not exist is `unknown`: a
    /// configuration without flows may hold any text there.
    pub(crate) fn describe(&self, event: &mut GuardrailsUsageEvent) {
        let count = |number| i64::try_from(number).unwrap_or(i64::MAX);
        let labels = |names: &[&'static str]| names.iter().copied().map(Label).collect();
        event.colang_version = Label(match self.colang_version.as_str() {
            "1.0" => "1.0",
            "2.x" => "2.x",
            _ => "unknown",
        });
        event.llm_providers = self.llm_providers.iter().cloned().map(Cow::Owned).collect();
        event.num_rails_configured = count(self.num_rails_configured);
        event.rail_types_in_use = labels(&self.rail_types_in_use);
        event.tracing_enabled = self.tracing_enabled;
        event.has_knowledge_base = self.has_knowledge_base;
        event.streaming_configured = self.streaming_configured;
        event.builtin_features = labels(&self.builtin_features);
        event.num_custom_flows = count(self.num_custom_flows);
    }
}

/// Embedding models count too; an empty name does not.
fn providers(config: &Json) -> Vec<String> {
    let models = config
        .pointer("/models")
        .and_then(Json::as_array)
        .into_iter()
        .flatten();
    let engines = models.filter_map(|model| text(model, "/engine"));
    let unique: BTreeSet<&str> = engines.filter(|engine| !engine.is_empty()).collect();
    unique.into_iter().map(str::to_owned).collect()
}

fn listed_flows(config: &Json) -> u64 {
    count(
        flows::RAILS
            .iter()
            .flat_map(|rail| flows::of_rail(config, rail))
            .count(),
    )
}

fn rail_types(config: &Json) -> Vec<&'static str> {
    let lists_flows = |rail: &&&str| flows::of_rail(config, rail).next().is_some();
    let listed = flows::RAILS.iter().filter(lists_flows).copied();
    // Dialog rails have no list: one call for all steps is what counts as using them.
    let dialog = is_on(config, "/rails/dialog/single_call/enabled").then_some("dialog");
    listed.chain(dialog).collect()
}

fn has_knowledge_base(loaded: &Loaded, config: &Json) -> bool {
    let inline = config.pointer("/docs").and_then(Json::as_array);
    loaded.config.has_documents() || inline.is_some_and(|docs| !docs.is_empty())
}

fn builtin_features(schema: &Schema, config: &Json) -> Result<Vec<&'static str>, ConfigError> {
    let mut features = fields::features(schema, config)?;
    features.extend(flows::features(config)?);
    Ok(features.into_iter().collect())
}

fn is_on(config: &Json, pointer: &str) -> bool {
    config
        .pointer(pointer)
        .and_then(Json::as_bool)
        .unwrap_or(false)
}

fn text<'a>(json: &'a Json, pointer: &str) -> Option<&'a str> {
    json.pointer(pointer).and_then(Json::as_str)
}

fn count(items: usize) -> u64 {
    u64::try_from(items).unwrap_or(u64::MAX)
}
