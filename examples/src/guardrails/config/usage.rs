//! Values that are reported about a configuration.

use std::{borrow::Cow, collections::BTreeSet};

use telemetry_runtime::Label;

use super::{
    features::features,
    rails_config::{Flow, Rails, RailsConfig},
};
use crate::guardrails::GuardrailsUsageEvent;

/// Values that are reported about a configuration: counts, flags and names from fixed lists. The
/// names of model providers are the only text from the user.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// Version of Colang in the configuration; `unknown` without a configuration.
    pub colang_version: String,
    /// Engines of all models, sorted by code point, without duplicates.
    pub llm_providers: Vec<String>,
    /// Number of flows in the lists of all rails, including repeated and unknown flows.
    pub num_rails_configured: u64,
    /// Rails with at least one flow, in the order of the original, and `dialog` if it is a single call.
    pub rail_types_in_use: Vec<&'static str>,
    /// Whether tracing is on.
    pub tracing_enabled: bool,
    /// Whether there are documents.
    pub has_knowledge_base: bool,
    /// Whether the output is streamed.
    pub streaming_configured: bool,
    /// Built-in features in use, sorted.
    pub builtin_features: Vec<&'static str>,
    /// Number of flows that users wrote.
    pub num_custom_flows: u64,
}

impl Usage {
    /// The values without a configuration.
    #[must_use]
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

    /// The values of a loaded configuration.
    #[must_use]
    pub fn from_config(config: &RailsConfig) -> Self {
        let rails = &config.rails;
        let lists = rails.lists();
        let used = lists.iter().filter(|(_, flows)| !flows.is_empty());
        let used = used.map(|(rail, _)| *rail);
        // Dialog rails have no list of flows; a single call for all steps counts as use.
        let dialog = rails.dialog.single_call.enabled.then_some("dialog");
        let engines = config.models.iter().map(|model| model.engine.as_str());
        let engines: BTreeSet<_> = engines.filter(|engine| !engine.is_empty()).collect();
        let custom = |flow: &&Flow| !flow.is_system_flow && !flow.library;
        Self {
            colang_version: config.colang_version.clone(),
            llm_providers: engines.into_iter().map(str::to_owned).collect(),
            num_rails_configured: count(lists.iter().map(|(_, flows)| flows.len()).sum()),
            rail_types_in_use: used.chain(dialog).collect(),
            tracing_enabled: config.tracing.enabled,
            has_knowledge_base: config.docs > 0,
            streaming_configured: rails.output.streaming.enabled,
            builtin_features: features(rails).into_iter().collect(),
            num_custom_flows: count(config.flows.iter().filter(custom).count()),
        }
    }

    /// Copies the values into an event. Versions other than `1.0` and `2.x` become `unknown`: the field
    /// can hold any text in a configuration without flows.
    pub(crate) fn copy_to(&self, event: &mut GuardrailsUsageEvent) {
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

impl Rails {
    /// The flows of each rail, in the order of the report.
    pub(super) fn lists(&self) -> [(&'static str, &[String]); 5] {
        [
            ("input", &self.input.flows),
            ("output", &self.output.flows),
            ("retrieval", &self.retrieval.flows),
            ("tool_output", &self.tool_output.flows),
            ("tool_input", &self.tool_input.flows),
        ]
    }
}

fn count(items: usize) -> u64 {
    u64::try_from(items).unwrap_or(u64::MAX)
}
