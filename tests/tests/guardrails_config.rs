//! The analysis of a Guardrails configuration, against what the original recorded.
//!
//! Every vector passes or stands in [`DIFFERENT`] with its reason; a row there that passes after
//! all fails too, so that the list stays true.

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};
use telemetry_examples::guardrails::config::Usage;

/// Vectors that this port answers differently: id and reason.
const DIFFERENT: [(&str, &str); 0] = [];

/// Names a folder with further vectors.
const UPSTREAM: &str = "TELEMETRY_GUARDRAILS_UPSTREAM";

/// Without the harness: it would hide the line that says what was not run.
fn main() -> ExitCode {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/guardrails");
    let mut wrong = check(&own);
    match env::var_os(UPSTREAM) {
        Some(folder) => wrong.extend(check(&PathBuf::from(folder))),
        None => println!(
            "SKIPPED: the configurations of NeMo Guardrails itself ({UPSTREAM} is not set)"
        ),
    }
    for line in &wrong {
        eprintln!("{line}");
    }
    if wrong.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Runs the vectors of a folder, from that folder: relative import paths start there.
fn check(folder: &Path) -> Vec<String> {
    env::set_current_dir(folder).expect("the folder of the vectors");
    let accepted = rows("expected.json")
        .into_iter()
        .map(|row| (accepts(&row), row));
    let refused = rows("expected_failures.json")
        .into_iter()
        .map(|row| (refuses(&row), row));
    let mut wrong = Vec::new();
    let mut counts = [0, 0];
    for (outcome, row) in accepted.chain(refused) {
        let id = row["id"].as_str().expect("an id");
        match (
            outcome,
            DIFFERENT.iter().find(|(different, _)| *different == id),
        ) {
            (Ok(()), None) => counts[0] += 1,
            (Err(_), Some(_)) => counts[1] += 1,
            (Ok(()), Some(_)) => wrong.push(format!("{id}: listed as different, and it is not")),
            (Err(what), None) => wrong.push(format!("{id}: {what}")),
        }
    }
    println!(
        "{}: {} pass, {} differ as listed, {} wrong",
        folder.display(),
        counts[0],
        counts[1],
        wrong.len()
    );
    wrong
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
    let actual = parameters(&usage);
    let expected = &row["parameters"];
    let differs = |name: &&String| actual[name.as_str()] != expected[name.as_str()];
    let names: Vec<&String> = actual
        .as_object()
        .expect("an object")
        .keys()
        .filter(differs)
        .collect();
    if names.is_empty() {
        return Ok(());
    }
    Err(names
        .iter()
        .map(|name| {
            format!(
                "{name}: {} is {} ",
                expected[name.as_str()],
                actual[name.as_str()]
            )
        })
        .collect())
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
fn parameters(usage: &Usage) -> Value {
    json!({
        "colangVersion": usage.colang_version,
        "llmProviders": usage.llm_providers,
        "numRailsConfigured": usage.num_rails_configured,
        "railTypesInUse": usage.rail_types_in_use,
        "tracingEnabled": usage.tracing_enabled,
        "hasKnowledgeBase": usage.has_knowledge_base,
        "streamingConfigured": usage.streaming_configured,
        "builtinFeatures": usage.builtin_features,
        "numCustomFlows": usage.num_custom_flows,
    })
}
