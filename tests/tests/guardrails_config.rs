//! The analysis of a Guardrails configuration, against what the original recorded.
//!
//! Every vector passes or stands in [`DIFFERENT`] with its reason; one that stands there and passes
//! after all fails the test too, so that the list stays true.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "the helpers of a test are part of it"
)]

use std::env;
use std::path::Path;
use std::sync::Mutex;

use serde_json::{Value, json};
use telemetry_examples::guardrails::config::Usage;

/// Vectors that this port answers differently, with the reason.
const DIFFERENT: [(&str, &str); 1] = [(
    "up_tests__test_configs__mvp_v2_x_e",
    "imports a folder of the recorded program's own source tree, which is not in its library",
)];

/// Relative import paths start at the working directory, which all tests of a process share.
static WORKING_DIRECTORY: Mutex<()> = Mutex::new(());

#[test]
fn every_own_vector_passes_or_is_listed() {
    check(&Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/guardrails"));
}

#[test]
#[cfg_attr(
    not(guardrails_upstream),
    ignore = "TELEMETRY_GUARDRAILS_UPSTREAM is not set"
)]
fn every_upstream_vector_passes_or_is_listed() {
    let folder = env::var_os("TELEMETRY_GUARDRAILS_UPSTREAM");
    check(Path::new(&folder.expect(
        "TELEMETRY_GUARDRAILS_UPSTREAM names a folder of vectors",
    )));
}

#[test]
fn a_difference_has_a_reason() {
    assert!(
        DIFFERENT
            .iter()
            .all(|(id, reason)| !id.is_empty() && !reason.is_empty())
    );
}

/// Runs the vectors of a folder.
fn check(folder: &Path) {
    let _alone = WORKING_DIRECTORY
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    env::set_current_dir(folder).expect("the folder of the vectors");
    let accepted = rows("expected.json")
        .into_iter()
        .map(|row| (accepts(&row), row));
    let refused = rows("expected_failures.json")
        .into_iter()
        .map(|row| (refuses(&row), row));
    let mut passed = 0;
    let mut wrong = Vec::new();
    for (outcome, row) in accepted.chain(refused) {
        let id = row["id"].as_str().expect("an id");
        let listed = DIFFERENT.iter().find(|(different, _)| *different == id);
        match (outcome, listed) {
            (Ok(()), None) => passed += 1,
            (Err(what), Some((_, reason))) => println!("{id} differs: {what} ({reason})"),
            (Ok(()), Some(_)) => wrong.push(format!("{id}: listed as different, and it is not")),
            (Err(what), None) => wrong.push(format!("{id}: {what}")),
        }
    }
    println!("{}: {passed} pass", folder.display());
    assert!(
        wrong.is_empty(),
        "{} vectors fail:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(passed > 0, "no vectors in {}", folder.display());
}

fn rows(file: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(file).expect("the vectors");
    serde_json::from_str(&text).expect("a list of vectors")
}

fn accepts(row: &Value) -> Result<(), String> {
    let usage = match row["config"].as_str() {
        Some(config) => Usage::from_path(Path::new(config)).map_err(|error| error.to_string())?,
        None => Usage::unknown(),
    };
    let differences: Vec<String> = parameters(&usage)
        .into_iter()
        .map(|(name, actual)| (actual, &row["parameters"][name], name))
        .filter(|(actual, expected, _)| actual != *expected)
        .map(|(actual, expected, name)| format!("{name} is {actual}, not {expected}"))
        .collect();
    if differences.is_empty() {
        Ok(())
    } else {
        Err(differences.join("; "))
    }
}

fn refuses(row: &Value) -> Result<(), String> {
    let config = row["config"].as_str().expect("a configuration");
    match Usage::from_path(Path::new(config)) {
        Ok(usage) => Err(format!(
            "accepted as {usage:?}, refused with {}",
            row["message"]
        )),
        Err(_) => Ok(()),
    }
}

/// The parameters of the event that come from the configuration.
fn parameters(usage: &Usage) -> [(&'static str, Value); 9] {
    [
        ("colangVersion", json!(usage.colang_version)),
        ("llmProviders", json!(usage.llm_providers)),
        ("numRailsConfigured", json!(usage.num_rails_configured)),
        ("railTypesInUse", json!(usage.rail_types_in_use)),
        ("tracingEnabled", json!(usage.tracing_enabled)),
        ("hasKnowledgeBase", json!(usage.has_knowledge_base)),
        ("streamingConfigured", json!(usage.streaming_configured)),
        ("builtinFeatures", json!(usage.builtin_features)),
        ("numCustomFlows", json!(usage.num_custom_flows)),
    ]
}
