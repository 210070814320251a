//! The event about each loaded configuration, against the recording of the original.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use telemetry_examples::guardrails::{
    GuardrailsUsageEvent,
    config::{RailsConfig, Usage},
};
use telemetry_tests::vectors::{assert_differences, canonical, document};

use super::{parameters, reporter};

/// Rows that are answered differently, and the reasons.
const DIFFERENT: [(&str, &str); 0] = [];

/// Recorded rows.
const ROWS: usize = 259;

/// The recorded parameters, with the parameters that depend on the run taken from `ours`.
fn with_the_run(recorded: &Value, ours: &Value) -> Value {
    let with = |(name, value): (&String, &Value)| {
        let value = recorded.get(name).unwrap_or(value);
        (name.clone(), value.clone())
    };
    let whole: Map<_, _> = ours.as_object().unwrap().iter().map(with).collect();
    whole.into()
}

#[test]
fn every_loaded_configuration_makes_the_event_of_the_original() {
    let rows = document("guardrails/loaded");
    let (reporter, sent) = reporter(GuardrailsUsageEvent::default());
    let mut different = BTreeMap::new();
    for row in rows.as_array().unwrap() {
        let id = row["id"].as_str().unwrap();
        let config: Option<RailsConfig> = serde_json::from_value(row["config"].clone())
            .unwrap_or_else(|error| panic!("{id}: {error}"));
        let usage = config.as_ref().map(Usage::from_config);
        let deployment_type = row["deployment_type"].as_str().unwrap_or_default();
        reporter.report_usage(usage.as_ref(), deployment_type, "");
        let [envelope] = &*sent.take(&reporter) else {
            panic!("{id}: one envelope");
        };
        let ours = parameters(envelope);
        let recorded = with_the_run(&row["parameters"], ours);
        // As text, so that names, order and types of numbers count.
        if canonical(ours) != canonical(&recorded) {
            different.insert(id.to_owned(), format!("{ours}, recorded {recorded}"));
        }
    }
    assert_eq!(rows.as_array().unwrap().len(), ROWS);
    assert_differences("guardrails/loaded.json", &different, &DIFFERENT);
}
