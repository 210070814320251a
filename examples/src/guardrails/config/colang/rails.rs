//! The flows that the original writes itself for rails in the YAML of a Colang 2.x configuration.
//!
//! It makes a text of the rails and parses it: one flow for the input rails, one for the output
//! rails. Its mistakes are part of what is accepted, so they are kept.

use super::statement;
use crate::guardrails::config::error::ConfigError;
use crate::guardrails::config::yaml::{Key, Mapping, Value};

/// How many flows are generated for the rails of a configuration.
pub(super) fn count_generated(config: &Mapping) -> Result<usize, ConfigError> {
    let Some(Value::Map(rails)) = config.get("rails") else {
        return Ok(0);
    };
    let has_flows = |rail| flows_of(rails, rail).is_some_and(|flows| !flows.is_empty());
    if !has_flows("input") && !has_flows("output") {
        return Ok(0);
    }
    let mut generated = 0;
    for (key, section) in rails.iter() {
        let Some(flows) = section.as_map().and_then(|section| section.get("flows")) else {
            continue;
        };
        check(key, flows)?;
        generated += 1;
    }
    Ok(generated)
}

fn flows_of<'a>(rails: &'a Mapping, rail: &str) -> Option<&'a [Value]> {
    rails.get(rail)?.as_map()?.get("flows")?.as_list()
}

/// What the generated text would fail on.
fn check(rail: &Key, flows: &Value) -> Result<(), ConfigError> {
    let refuse = |reason: &str| Err(ConfigError::Rail(format!("{rail:?}: {reason}")));
    // There is a heading for these two only.
    if ![Key::from("input"), Key::from("output")].contains(rail) {
        return refuse("not possible beside input and output rails in Colang 2.x");
    }
    let texts: Option<Vec<&str>> = flows
        .as_list()
        .unwrap_or_default()
        .iter()
        .map(|flow| {
            if let Value::Text(text) = flow {
                Some(text.as_str())
            } else {
                None
            }
        })
        .collect();
    match texts {
        None => refuse("a flow that is not text"),
        Some(texts) if texts.iter().all(|text| text.trim().is_empty()) => refuse("no flow"),
        Some(texts) if !texts.iter().all(|text| statement::is_valid(text)) => {
            refuse("not a statement of Colang 2.x")
        }
        Some(_) => Ok(()),
    }
}
